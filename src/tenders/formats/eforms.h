/* What the files of eForms share. */
#ifndef MAILLON_TENDERS_EFORMS_H
#define MAILLON_TENDERS_EFORMS_H

#include "tenders/formats/readers.h"

/* The text of a repeated element in French, or the first. */
const char *eforms_text(struct arena *arena, const struct element *parent, const char *path);
/* The child of that name whose listName is `list`. */
const struct element *eforms_code(const struct element *parent, const char *name, const char *list);
int64_t eforms_amount(struct arena *arena, struct notice *notice, const char *field,
                      const struct element *parent, const char *path);
const char *eforms_company_siret(struct arena *arena, struct notice *notice, const char *field,
                                 const struct element *company);

/* Companies by their technical number, ORG-0001. */
struct element_index eforms_companies(struct arena *arena, const struct element *extension);

void eforms_read_lots(struct arena *arena, struct notice *notice, const struct element *root);
void eforms_read_result(struct arena *arena, struct notice *notice, const struct element *root,
                        const struct element *extension, const struct element_index *companies);

#endif
