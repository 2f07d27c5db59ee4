#include "tenders/derive.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"

enum { MATCH_OBJECT_BYTES = 120, MATCH_BUYER_BYTES = 34, MATCH_OBJECT_MIN = 24 };

/* --- the order of publication --- */

static int format_rank(const char *format)
{
    static const char *const poorest_first[] = {"boamp-csv", "decp", "ocds", "boamp-xml", "boamp-json", "eforms"};
    for (int i = 0; i < (int)COUNT_OF(poorest_first); i++)
        if (text_is(format, poorest_first[i]))
            return i;
    return COUNT_OF(poorest_first);
}

static int kind_rank(enum notice_kind kind)
{
    static const int ranks[] = {[NOTICE_PRIOR] = 0,        [NOTICE_CALL] = 1,  [NOTICE_RECTIFICATION] = 2,
                                [NOTICE_CANCELLATION] = 3, [NOTICE_AWARD] = 4, [NOTICE_MODIFICATION] = 5};
    return ranks[kind];
}

static int compare(const void *a, const void *b)
{
    const struct kept_notice *left = a, *right = b;
    const char *left_day = left->notice.published_on ? left->notice.published_on : "9999";
    const char *right_day = right->notice.published_on ? right->notice.published_on : "9999";
    int order = strcmp(left_day, right_day);
    if (!order)
        order = kind_rank(left->notice.kind) - kind_rank(right->notice.kind);
    if (!order)
        order = strcmp(left->notice.reference, right->notice.reference);
    if (!order)
        order = strcmp(left->notice.source, right->notice.source);
    if (!order)
        order = format_rank(left->notice.format) - format_rank(right->notice.format);
    return order ? order : strcmp(left->hash, right->hash);
}

static const struct kept_notice *find_founder(const struct kept_notice *notices, int count)
{
    static const enum notice_kind best[] = {NOTICE_CALL, NOTICE_RECTIFICATION, NOTICE_PRIOR};
    for (size_t i = 0; i < COUNT_OF(best); i++)
        for (int n = 0; n < count; n++)
            if (notices[n].notice.kind == best[i])
                return &notices[n];
    return &notices[0];
}

/* --- fields --- */

static void fill(const char **field, const char *value)
{
    if (!**field && value)
        *field = value;
}

static void replace(const char **field, const char *value)
{
    if (value)
        *field = value;
}

/* A cut text gives way to a whole one, and never takes its place. */
static void take_object(struct call *call, const struct notice *notice, bool replaces)
{
    bool known = *call->object != 0;
    if (!notice->object || (known && notice->object_cut && !call->object_cut) ||
        (known && !replaces && !(call->object_cut && !notice->object_cut)))
        return;
    call->object = notice->object;
    call->object_cut = notice->object_cut;
}

static void take_buyer(struct call *call, const struct notice *notice, bool replaces, bool *cut)
{
    bool known = *call->buyer != 0;
    if (!notice->buyer || (known && notice->buyer_cut && !*cut) ||
        (known && !replaces && !(*cut && !notice->buyer_cut)))
        return;
    call->buyer = notice->buyer;
    *cut = notice->buyer_cut;
}

static const char *join_codes(struct arena *arena, const char *list, const char *more)
{
    for (const char *at = more ? more : ""; *at;) {
        size_t length = strcspn(at, " ");
        const char *code = arena_copy(arena, at, length);
        if (length && !text_has_word(list, code))
            list = *list ? arena_printf(arena, "%s %s", list, code) : code;
        at += length + (at[length] == ' ');
    }
    return list;
}

/* What a notice says of the call itself. */
static void take_facts(struct arena *arena, struct call *call, const struct notice *notice, bool *buyer_cut)
{
    /* An award says what was bought and by whom, but its value and dates are those of the contract. */
    bool calls = notice->kind == NOTICE_CALL || notice->kind == NOTICE_RECTIFICATION || notice->kind == NOTICE_PRIOR;
    void (*take)(const char **, const char *) = calls ? replace : fill;
    take_object(call, notice, calls);
    take_buyer(call, notice, calls, buyer_cut);
    take(&call->text, notice->text);
    take(&call->buyer_siret, notice->buyer_siret);
    take(&call->post_code, notice->buyer_post_code);
    take(&call->city, notice->buyer_city);
    take(&call->descriptors, notice->descriptors);
    take(&call->nature, notice->nature);
    take(&call->procedure, notice->procedure);
    take(&call->family, notice->family);
    take(&call->reserved, notice->reserved);
    take(&call->legal_form, notice->legal_form);
    if (calls) {
        take(&call->deadline, notice->deadline);
        take(&call->displayed_until, notice->displayed_until);
    }
    if (calls || !*call->departments)
        call->departments = join_codes(arena, call->departments, notice->departments);
    call->cpv = join_codes(arena, call->cpv, notice->cpv);
    call->social_criteria |= notice->social_criteria;
    call->environmental_criteria |= notice->environmental_criteria;
    if (calls && notice->value_cents >= 0)
        call->value_cents = notice->value_cents;
    if (notice->duration_months >= 0 && (calls || call->duration_months < 0))
        call->duration_months = notice->duration_months;
    if (notice->lots && (calls || !call->lots))
        call->lots = notice->lots;
}

/* --- state and openness --- */

static bool is_of_award(const struct notice *notice)
{
    return notice->nature && text_starts(notice->nature, "attribution");
}

/* Takes the notices one after the other; *ret_closed_on is the day of the notice that closed the call, or NULL. */
static const char *find_state(const struct kept_notice *notices, int count, const char **ret_closed_on)
{
    const char *state = "";
    *ret_closed_on = NULL;
    for (int i = 0; i < count; i++) {
        const struct notice *notice = &notices[i].notice;
        const char *day = notice->published_on ? notice->published_on : "";
        switch (notice->kind) {
        case NOTICE_CALL:
            state = "call";
            *ret_closed_on = NULL;
            break;
        case NOTICE_PRIOR:
        case NOTICE_RECTIFICATION:
            if (!*state) /* corrects what was never imported */
                state = notice->kind == NOTICE_PRIOR ? "prior" : is_of_award(notice) ? "awarded" : "call";
            else if (notice->kind == NOTICE_RECTIFICATION && text_is(state, "prior"))
                state = "call";
            break;
        case NOTICE_AWARD:
        case NOTICE_MODIFICATION:
        case NOTICE_CANCELLATION:
            if (!*ret_closed_on)
                *ret_closed_on = day;
            state = notice->kind == NOTICE_CANCELLATION ? "cancelled" : "awarded";
            break;
        }
    }
    return state;
}

static const char *day_before(struct arena *arena, const char *day)
{
    int32_t days;
    char text[DATE_BYTES];
    if (!date_parse(day, &days))
        return "";
    date_format(days - 1, text);
    return arena_strdup(arena, text);
}

static void find_open(struct arena *arena, struct call *call, const char *closed_on, bool called)
{
    const char *until = "";
    call->open_basis = "none";
    if (*call->deadline) {
        until = arena_copy(arena, call->deadline, strlen(call->deadline) < 10 ? strlen(call->deadline) : 10);
        call->open_basis = "deadline";
    } else if (*call->displayed_until) {
        until = call->displayed_until;
        call->open_basis = "display";
    }
    if (!called || text_is(call->state, "prior")) {
        until = "";
        call->open_basis = "none";
    } else if (closed_on) {
        const char *last = day_before(arena, closed_on);
        until = *until && strcmp(until, last) < 0 ? until : *until ? last : "";
    }
    call->open_until = until;
}

/* --- watch and guesses --- */

static int64_t hash_of(const char *buyer, size_t buyer_length, const char *object, size_t object_length)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < buyer_length; i++)
        hash = (hash ^ (unsigned char)buyer[i]) * 1099511628211u;
    hash = (hash ^ '|') * 1099511628211u;
    for (size_t i = 0; i < object_length; i++)
        hash = (hash ^ (unsigned char)object[i]) * 1099511628211u;
    return (int64_t)(hash >> 1);
}

/* Same beginning of buyer and object: what the flat extract cuts must still match what another format has whole. */
static int64_t find_match_key(const struct call *call)
{
    static const char *const tails[] = {" rectificatif", " avis rectificatif", " avis d attribution", " attribution"};
    size_t object = strlen(call->object_folded), buyer = strlen(call->buyer_folded);
    for (size_t i = 0; i < COUNT_OF(tails); i++)
        if (text_ends(call->object_folded, tails[i])) {
            object -= strlen(tails[i]);
            break;
        }
    if (object < MATCH_OBJECT_MIN || !buyer)
        return 0;
    return hash_of(call->buyer_folded, buyer < MATCH_BUYER_BYTES ? buyer : MATCH_BUYER_BYTES, call->object_folded,
                   object < MATCH_OBJECT_BYTES ? object : MATCH_OBJECT_BYTES);
}

static void find_concerns(const struct watch *watch, struct kept_notice *notices, int count, const struct desk *desk,
                          bool buyer_cut, struct call *call)
{
    bool from_csv = true;
    for (int i = 0; i < count; i++)
        from_csv &= text_is(notices[i].notice.format, "boamp-csv");
    const char *format = from_csv ? "boamp-csv" : "";
    struct watch_text text = {
        .object = call->object_folded,
        .buyer = call->buyer_folded,
        .object_cut = call->object_cut || watch_is_cut(format, call->object, false),
        .buyer_cut = buyer_cut || watch_is_cut(format, call->buyer, true),
        .descriptors = call->descriptors,
        .cpv = call->cpv,
    };
    call->rule_count = watch_reasons(watch, &text, call->rules);
    call->concerns = call->rule_count > 0;
    if (desk->mark && *desk->mark) {
        call->concerns = text_is(desk->mark, "prison");
        call->rules[0] = "person";
        call->rule_count = call->concerns;
    }
    call->hint_count = call->concerns ? watch_functions(watch, &text, call->hints) : 0;
}

static bool any_calls(const struct kept_notice *notices, int count)
{
    for (int i = 0; i < count; i++)
        if (notices[i].notice.kind == NOTICE_CALL ||
            (notices[i].notice.kind == NOTICE_RECTIFICATION && !is_of_award(&notices[i].notice)))
            return true;
    return false;
}

void call_derive(struct arena *arena, const struct watch *watch, struct kept_notice *notices, int count,
                 const struct desk *desk, struct call *ret_call)
{
    struct call *call = ret_call;
    bool buyer_cut = false;
    const char *closed_on;
    if (count > 1)
        qsort(notices, (size_t)count, sizeof *notices, compare);
    *call = (struct call){.notices = count, .value_cents = -1, .duration_months = -1};
    const char **texts[] = {&call->numbers,     &call->published_on, &call->open_until, &call->deadline,
                            &call->displayed_until, &call->object,   &call->text,       &call->buyer,
                            &call->buyer_siret, &call->post_code,    &call->city,       &call->departments,
                            &call->descriptors, &call->cpv,          &call->nature,     &call->procedure,
                            &call->family,      &call->reserved,     &call->legal_form};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = "";
    call->founder = find_founder(notices, count);
    for (int i = 0; i < count; i++) {
        take_facts(arena, call, &notices[i].notice, &buyer_cut);
        call->numbers = join_codes(arena, call->numbers, notices[i].notice.reference);
    }
    fill(&call->published_on, call->founder->notice.published_on);
    call->state = find_state(notices, count, &closed_on);
    if (desk->deadline && *desk->deadline)
        call->deadline = desk->deadline;
    find_open(arena, call, closed_on, any_calls(notices, count));
    call->object_folded = text_fold(arena, call->object);
    call->buyer_folded = text_fold(arena, call->buyer);
    find_concerns(watch, notices, count, desk, buyer_cut, call);
    call->match_key = call->concerns ? find_match_key(call) : 0;
    call->words =
        call_search_text(arena, call->numbers, call->object_folded, call->buyer_folded, call->city, call->text);
}

const char *call_search_text(struct arena *arena, const char *numbers, const char *object_folded,
                             const char *buyer_folded, const char *city, const char *text)
{
    return arena_printf(arena, "%s %s %s %s%s%s", text_fold(arena, numbers), object_folded, buyer_folded,
                        text_fold(arena, city), *text ? " " : "", *text ? text_fold(arena, text) : "");
}
