/* A notice as its source wrote it, understood as far as possible.
 *
 * One shape for all formats: BOAMP flat CSV, BOAMP API JSON (both shapes of `donnees`), BOAMP XML v2.3.0,
 * eForms (UBL 2.3), DECP v2 JSON, OCDS 1.1 JSON. Sources: docs of each format stand in the files of formats/.
 * A dirty value never loses a notice: what was not understood stays out of its field and is listed in
 * `problems`. All text is valid UTF-8, tidied, entities decoded; all strings live in the arena given to
 * notice_next. */
#ifndef MAILLON_NOTICE_H
#define MAILLON_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;
struct tree;
struct notice_reader;

enum notice_kind {
    NOTICE_CALL,
    NOTICE_AWARD,         /* attribution, result, contract already awarded (DECP) */
    NOTICE_RECTIFICATION, /* corrects an earlier one */
    NOTICE_CANCELLATION,  /* annulation, declared without effect */
    NOTICE_MODIFICATION,  /* of a contract in course */
    NOTICE_PRIOR,         /* prior information, periodic notice, intention to conclude */
};

struct notice {
    const char *source;    /* "boamp", "ted", "decp", "ocds" */
    const char *format;    /* "boamp-csv", "boamp-json", "boamp-xml", "eforms", "decp", "ocds" */
    const char *reference; /* of the source: "20-142573"; never NULL */
    enum notice_kind kind;
    const char *published_on; /* YYYY-MM-DD; NULL when unknown, as every other field below */
    const char *displayed_until;
    const char *deadline; /* response deadline, ISO 8601 instant with offset where the source gives one; a
                             bare date when it gives no more; the earliest when lots differ */
    const char *object;   /* title of the call */
    const char *text;     /* longer description */
    bool object_cut;      /* the source cuts it (flat CSV: 200 characters) */
    const char *buyer;
    bool buyer_cut;          /* flat CSV: 38 characters */
    const char *buyer_siret; /* 14 digits, Luhn holds */
    const char *buyer_post_code, *buyer_city;
    const char *departments; /* codes separated by one space: "35 27 76" */
    const char *descriptors; /* BOAMP labels separated by "|" */
    const char *cpv;         /* 8-digit codes separated by one space */
    const char *nature;      /* the source's own word for the kind */
    const char *procedure;   /* the source's own word */
    const char *family;      /* BOAMP: joue, fns, mapa, dsp … */
    const char *reserved;    /* none, siae, ea_esat, siae_ea, prison_work, ess; NULL when it does not say */
    const char *legal_form;  /* form that a grouping must take, free text */
    bool social_criteria, environmental_criteria;
    int64_t value_cents;       /* estimated or awarded, without VAT; -1 when unknown */
    int32_t duration_months;   /* the longest of the lots; -1 when unknown */
    int32_t offers_received;   /* -1 when unknown */
    const char *earlier;       /* references of the same source that this one names, separated by one space */
    const char *procedure_key; /* what all notices of one procedure share: eForms BT-04, BOAMP
                                  contractfolderid, ocid */

    /* List of {number,title,text,cpv,place,value_cents,duration_months,reserved,criteria:[{kind,name,weight,
     * unit}]}; NULL when none. A call that is not divided may have one lot, whose number is null.
     * value_cents, duration_months and criteria are missing when unknown. kind: price, cost, quality; null
     * when the source does not say. unit of the weight: percent, points, decimal, or order (1 is the first).
     */
    struct tree *lots;

    /* List of {lot,amount_cents,form,on,offers,winners:[{name,siret,leader}]}; NULL when none. lot: a number
     * of `lots`, or its title. amount_cents and offers are missing when unknown. form: conjoint, solidaire,
     * none; null when not said. One of name and siret may be null. */
    struct tree *awards;

    /* List of {field,value,reason}: the value cut at 80 characters, the reason in English and N_ marked; NULL
     * when there is none. At most 100. */
    struct tree *problems;

    size_t line;     /* line of the file (CSV) or number of the record, from 1 */
    const char *raw; /* the record as it stood: points into the file's bytes (made UTF-8 if they were not) */
    size_t raw_length;
};

/* Finds the format from the content. `bytes` must outlive the reader, which lives in the arena. Refuses with
 * a clear sentence what is none of the formats, what is cut, what is too large (256 MB) and hostile XML. */
int notice_reader_open(struct arena *arena, const char *bytes, size_t length,
                       struct notice_reader **ret_reader, struct error *error);

enum notice_step {
    NOTICE_END,
    NOTICE_READ,    /* *notice is filled */
    NOTICE_REFUSED, /* this record cannot be kept: `refusal` names line, field and reason; reading goes on */
};
enum notice_step notice_next(struct notice_reader *reader, struct arena *arena, struct notice *ret_notice,
                             struct error *refusal);
size_t notice_reader_line(const struct notice_reader *reader);
double notice_reader_progress(const struct notice_reader *reader); /* 0 to 1 */
const char *notice_kind_name(enum notice_kind kind);               /* "call", "award", … */

#endif
