/* Reading the text of article A44: names of prisons and of probation services. */
#ifndef MAILLON_ESTABLISHMENTS_NAMES_H
#define MAILLON_ESTABLISHMENTS_NAMES_H

#include <stdbool.h>

struct arena;

#define ESTABLISHMENT_KINDS "ma|cd|cp|mc|csl|epsn"

struct prison_name {
    const char *kind;   /* "ma" … */
    const char *name;   /* without remarks */
    const char *place;  /* "" when the name holds none */
    const char *own;    /* what is left of the name without the words of its kind */
    const char *remark; /* what stood in parentheses */
};

/* One item of a cell, such as "Maison d'arrêt de Mulhouse (quartier de semi-liberté inclus)". False when it is no prison. */
bool prison_name_read(struct arena *arena, const char *text, struct prison_name *ret_name);

/* Items of a cell that holds several, one after the other: "Circonscription judiciaire de Tulle. Maison d'arrêt de
 * Tulle". Returns the next item and moves *at; NULL at the end. */
char *next_item(struct arena *arena, const char **at);

/* "(Arr. 17 févr. 2004 art. 2) Antenne de Bastia-Borgo" without the remark; a parenthesis that is never closed runs to
 * the end. ret_remark may be NULL. */
char *without_remarks(struct arena *arena, const char *text, const char **ret_remark);

/* "Antenne de Réau" is "Réau", "Antenne du Havre" is "Le Havre", "Néant" is "". */
const char *branch_place(struct arena *arena, const char *branch);

/* Words by which the department of a probation service is found (see data/establishments/README.md). */
const char *service_words(struct arena *arena, const char *service);

/* "ma-rouen": the words of the kind are left out of the name. */
char *establishment_ref(struct arena *arena, const char *kind, const char *name);

#endif
