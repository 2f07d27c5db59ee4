/* The watch: which calls concern prisons and why, and which functions a call seems to need.
 *
 * Rules are data: data/watch.csv and data/functions.csv, whose language data/README.md defines. They are compiled once
 * per run and matched over folded text, word by word; a text is folded once for all of them. */
#ifndef MAILLON_TENDERS_WATCH_H
#define MAILLON_TENDERS_WATCH_H

#include <stdbool.h>

struct arena;
struct error;
struct watch;

/* Lives in the arena; read-only afterwards, so that threads may share it. */
int watch_open(struct arena *arena, struct watch **ret_watch, struct error *error);

struct watch_text {
    const char *object, *buyer;   /* folded (text_fold); "" when unknown */
    bool object_cut, buyer_cut;   /* the source may have cut them: the last word is perhaps a beginning */
    const char *descriptors, *cpv; /* as in struct notice; NULL or "" when unknown */
};

enum { WATCH_REASONS_MAX = 48, WATCH_HINTS_MAX = 32 };

/* Ids of the rules left standing; 0 when the call does not concern prisons. */
int watch_reasons(const struct watch *watch, const struct watch_text *text, const char *ret_rules[WATCH_REASONS_MAX]);

struct watch_hint {
    const char *function;
    const char *basis;   /* word, descriptor, cpv */
    char because[80];    /* the words, label or code of the data */
};
int watch_functions(const struct watch *watch, const struct watch_text *text,
                    struct watch_hint ret_hints[WATCH_HINTS_MAX]);

/* Whether a text of the flat extract may have been cut, as the rules were measured (data/README.md). */
bool watch_is_cut(const char *format, const char *text, bool buyer);

#endif
