/* What reads one record of each format, and what the formats of BOAMP share: the flat extract, the XML, and
 * `donnees` of its web interface. */
#ifndef MAILLON_TENDERS_READERS_H
#define MAILLON_TENDERS_READERS_H

#include <stdbool.h>

#include "tenders/formats/element.h"
#include "tenders/formats/format.h"

/* Kind from the source's words, written any way: "APPEL_OFFRE", "appeloffre", "PRE-INFORMATION"; the status
 * decides first ("annulation", "AVIS_ANNULE", "rectificatif", "modification"). Unknown words give a call. */
enum notice_kind boamp_kind(const char *nature, const char *status, bool *ret_known);

/* A number of BOAMP: "20-142573". */
bool boamp_is_reference(const char *text);
/* Adds to `earlier` the numbers that stand in IDWEB elements below. */
void boamp_add_earlier(struct arena *arena, struct notice *notice, const struct element *element);
void boamp_add_department(struct arena *arena, struct notice *notice, const char *code);

/* GESTION: numbers, dates, descriptors. DONNEES: buyer, object, lots, criteria, awards. What the notice has
 * already stays. Both accept NULL. */
void boamp_read_management(struct arena *arena, struct notice *notice, const struct element *management);
void boamp_read_data(struct arena *arena, struct notice *notice, const struct element *data);
void boamp_read_awards(struct arena *arena, struct notice *notice, const struct element *attribution);

/* The shape of recent national notices, {"FNSimple": {"organisme": …, "initial": …}}. False when it is not
 * that. */
bool boamp_read_national(struct arena *arena, struct notice *notice, const struct element *data);

enum notice_step boamp_read_xml(struct arena *arena, const struct element *announcement,
                                struct notice *notice, struct error *refusal);
enum notice_step boamp_read_json(struct arena *arena, const struct tree *record, struct notice *notice,
                                 struct error *refusal);

/* eForms, from XML or from `donnees`. What the notice has already stays; the second fills in a whole notice.
 */
void eforms_read(struct arena *arena, struct notice *notice, const struct element *root);
enum notice_step eforms_read_xml(struct arena *arena, const struct element *root, struct notice *notice,
                                 struct error *refusal);
bool eforms_is_root(const char *name);

enum notice_step decp_read(struct arena *arena, const struct tree *record, struct notice *notice,
                           struct error *refusal);
enum notice_step ocds_read(struct arena *arena, const struct tree *record, struct notice *notice,
                           struct error *refusal);

#endif
