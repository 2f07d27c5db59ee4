/* What the readers of one format share: the shape of a reader, and how a value of the source is put into its
 * field.
 *
 * A setter gets the value as the source wrote it. What it understands it returns clean, in the arena; what it
 * does not understand it lists among the notice's problems, and returns NULL (or -1). Nothing here refuses a
 * notice. */
#ifndef MAILLON_TENDERS_FORMAT_H
#define MAILLON_TENDERS_FORMAT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/tree.h"
#include "tenders/notice.h"

enum {
    NOTICE_FILE_BYTES_MAX = 256 << 20,
    NOTICE_RECORD_BYTES_MAX = 32 << 20, /* one JSON record, one XML document: 10,000 lots take about 15 MB */
    NOTICE_REFERENCE_BYTES_MAX = 120,
    NOTICE_PROBLEMS_MAX = 100,    /* of one notice; the last says that there are more */
    NOTICE_LIST_BYTES_MAX = 4000, /* of a list in one text: 444 CPV codes */
    NOTICE_LOTS_MAX = 20000,
    NOTICE_WINNERS_MAX = 1000,    /* of one award */
    NOTICE_CRITERIA_MAX = 50,     /* of one lot */
    NOTICE_SHARED_LOTS_MAX = 500, /* more lots than this do not each repeat the criteria of the whole */
};

struct notice_format {
    enum notice_step (*next)(void *state, struct arena *arena, struct notice *ret_notice,
                             struct error *refusal);
    size_t (*line)(const void *state);
    double (*progress)(const void *state);
};

struct notice_reader {
    const struct notice_format *format;
    void *state;
};

/* One opener per family of files. The bytes are UTF-8 without NUL and without byte order mark. Each answers 0
 * and a reader, or an error and its sentence. */
int notice_open_csv(struct arena *arena, const char *bytes, size_t length, struct notice_reader *ret_reader,
                    struct error *error);
int notice_open_json(struct arena *arena, const char *bytes, size_t length, struct notice_reader *ret_reader,
                     struct error *error);
int notice_open_xml(struct arena *arena, const char *bytes, size_t length, struct notice_reader *ret_reader,
                    struct error *error);

/* Empties a notice, numbers at -1. */
void notice_begin(struct notice *notice, const char *source, const char *format);

/* The sentences that several formats say. */
extern const char NOTICE_WHY_DATE[], NOTICE_WHY_YEAR[], NOTICE_WHY_AMOUNT[], NOTICE_WHY_CURRENCY[],
    NOTICE_WHY_NUMBER[], NOTICE_WHY_SIRET[], NOTICE_WHY_CPV[], NOTICE_WHY_POST_CODE[],
    NOTICE_WHY_DEPARTMENT[], NOTICE_WHY_PLACEHOLDER[], NOTICE_WHY_KIND[], NOTICE_WHY_REFERENCE[],
    NOTICE_WHY_SHAPE[], NOTICE_WHY_RESERVED[];

/* Adds to the problems. `field` is kept, not copied; `value` is copied, cut at 80 characters. */
void notice_add_problem(struct arena *arena, struct notice *notice, const char *field, const char *value,
                        const char *reason);

/* Text of a field: entities decoded (twice encoded ones too), the control characters of Windows-1252 read as
 * what they mean, other control characters dropped, white space tidied, NFC. NULL when nothing is left. */
const char *field_text(struct arena *arena, const char *value, size_t length);
const char *field_string(struct arena *arena,
                         const char *value); /* the same up to its NUL; NULL gives NULL */

/* Calendar date of "2017-01-30", "2017-01-30T16:00:00+01:00" or "30/01/2017". */
const char *field_date(struct arena *arena, struct notice *notice, const char *field, const char *value);
/* The instant as the source writes it; a bare date stays one. `hour` is a separate time, or NULL. */
const char *field_instant(struct arena *arena, struct notice *notice, const char *field, const char *value,
                          const char *hour);
/* Whether a date can be meant: from 1990 on, and within 15 years of the publication when that is known. */
bool field_date_plausible(const struct notice *notice, int32_t days);

/* Euros to cents, half away from zero. `currency` NULL means euros. One euro or less stands for "not said".
 */
int64_t field_cents(struct arena *arena, struct notice *notice, const char *field, const char *value,
                    const char *currency);
/* A whole number between low and high; -1 and a problem otherwise; -1 alone when value is NULL or empty. */
int32_t field_int(struct arena *arena, struct notice *notice, const char *field, const char *value,
                  int32_t low, int32_t high);
const char *field_siret(struct arena *arena, struct notice *notice, const char *field, const char *value);
const char *field_post_code(struct arena *arena, struct notice *notice, const char *value);
/* "6" -> "06", "20A" -> "2A", "974"; writes at most 3 characters. */
bool field_department(const char *value, size_t length, char ret_code[4]);
/* "71240000-1" -> "71240000"; a leading zero that a spreadsheet dropped is put back. */
const char *field_cpv(struct arena *arena, struct notice *notice, const char *field, const char *value);
/* Identifier of a notice: clean, without spaces inside, at most NOTICE_REFERENCE_BYTES_MAX; NULL otherwise.
 */
const char *field_reference(struct arena *arena, const char *value);

/* `list` with `word` added after one `separator`, unless it is there already, or the list would be too long.
 * Either may be NULL. */
const char *list_add(struct arena *arena, const char *list, const char *word, char separator);

/* The legal form that words about a grouping say: "conjoint", "solidaire", or NULL. "conjoint avec mandataire
 * solidaire" is conjoint (R2142-20, R2142-24). */
const char *field_group_form(struct arena *arena, const char *words);

/* A lot as the sources have it; what is unknown is NULL or -1 (NOTICE_LOT_EMPTY). */
struct notice_lot {
    const char *number, *title, *text, *cpv, *place, *reserved;
    int64_t value_cents;
    int32_t duration_months;
    struct tree *criteria;
};
#define NOTICE_LOT_EMPTY ((struct notice_lot){.value_cents = -1, .duration_months = -1})
void notice_add_lot(struct arena *arena, struct notice *notice, const struct notice_lot *lot);

/* What the lots say of the whole, where it is unknown: the sum of their values when all have one, the longest
 * duration, the reservation they share, all their CPV codes. */
void notice_sum_lots(struct arena *arena, struct notice *notice);

/* Adds {kind,name,weight,unit} to *criteria, made when NULL. `kind` NULL: told from the name (French); "":
 * unknown. `unit`: percent, points, decimal or order. A weight that is no number is a problem. */
void criteria_add(struct arena *arena, struct notice *notice, struct tree **criteria, const char *kind,
                  const char *name, const char *weight, const char *unit);

/* Days as months of 365/12 days, nearest, at least one; -1 when days is not above 0. */
int32_t months_of_days(int64_t days);
/* Months between two dates, both included; -1 when one is missing. */
int32_t months_between(const char *from, const char *to);

/* "none", "siae" … from French words about a reservation; NULL when they do not say for whom. */
const char *field_reserved(struct arena *arena, const char *words);

/* The member as text, numbers too; NULL when missing, null or blank. */
const char *json_text(struct arena *arena, const struct tree *map, const char *name);

/* Adds {name,siret,leader} to an award's winners. */
void award_add_winner(struct arena *arena, struct tree *winners, const char *name, const char *siret,
                      bool leader);

/* Sum of the amounts of the awards, when it can be told: every award has an amount, and no lot (nor, without
 * lots, the whole) stands twice, for several winners of one framework agreement each repeat its ceiling. -1
 * otherwise. */
int64_t awards_total(const struct tree *awards);

/* Result of a record without a usable reference. */
enum notice_step notice_refuse(struct error *refusal, size_t line, const char *field, const char *reason,
                               const char *value);

#endif
