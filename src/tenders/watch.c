#include "tenders/watch.h"

#include <string.h>

#include "base/arena.h"
#include "base/embed.h"
#include "base/error.h"
#include "base/text.h"
#include "tenders/functions.h"

enum { PATTERN_WORDS_MAX = 8, RULES_MAX = 200, TEXT_WORDS_MAX = 400, CUT_LETTERS_MIN = 5 };
enum { BUYER_CUT_CHARACTERS = 37, OBJECT_CUT_CHARACTERS = 150 }; /* data/README.md */

struct word {
    const char *at;
    size_t length;
};

struct pattern {
    struct word words[PATTERN_WORDS_MAX];
    bool star[PATTERN_WORDS_MAX]; /* matches whatever begins so */
    int count;
    struct pattern *next;
};

enum field { FIELD_OBJECT = 1, FIELD_BUYER = 2 };

struct rule {
    const char *id;
    unsigned fields;
    bool minus;
    const char *against; /* ids separated by one space, or "*" */
    struct pattern pattern;
};

struct hinting { /* one function */
    const struct function *function;
    struct pattern *words, *not_words;
};

struct watch {
    struct rule rules[RULES_MAX];
    int rule_count;
    /* Indexes of the rules whose pattern begins with that byte, ended by -1: most words of most texts begin none. */
    short first[256][RULES_MAX + 1];
    struct functions functions;
    struct hinting *hinting;
};

/* --- reading the rules --- */

static bool read_pattern(struct arena *arena, const char *text, size_t length, struct pattern *ret_pattern)
{
    const char *at = arena_copy(arena, text, length);
    *ret_pattern = (struct pattern){0};
    while (*at) {
        size_t size = strcspn(at, " ");
        if (!size || ret_pattern->count == PATTERN_WORDS_MAX)
            return false;
        bool star = at[size - 1] == '*';
        ret_pattern->star[ret_pattern->count] = star;
        ret_pattern->words[ret_pattern->count++] = (struct word){at, size - star};
        at += size + (at[size] == ' ');
    }
    return ret_pattern->count > 0;
}

static bool read_patterns(struct arena *arena, const char *list, struct pattern **ret_first)
{
    struct pattern **tail = ret_first;
    *ret_first = NULL;
    while (*list) {
        size_t length = strcspn(list, "|");
        *tail = ARENA_NEW(arena, struct pattern);
        if (!read_pattern(arena, list, length, *tail))
            return false;
        tail = &(*tail)->next;
        list += length + (list[length] == '|');
    }
    return true;
}

static int bad(struct error *error, const char *file, const char *id)
{
    return error_set(error, ERR_INTERNAL, "", N_("{0} has a rule that cannot be read: {1}"), file, id, NULL);
}

enum cell { ID, WHERE, PATTERN, EFFECT, AGAINST, CELLS };

/* The cells that matter stand first and hold neither quotes nor semicolons; the sentences after them do. */
static bool read_cells(struct arena *arena, const char *line, size_t length, const char *ret_cells[CELLS])
{
    for (int i = 0; i < CELLS; i++) {
        const char *end = memchr(line, ';', length);
        if (!end)
            return false;
        ret_cells[i] = arena_copy(arena, line, (size_t)(end - line));
        length -= (size_t)(end + 1 - line);
        line = end + 1;
    }
    return true;
}

static int read_rule(struct arena *arena, struct watch *watch, const char *line, size_t length, struct error *error)
{
    const char *cells[CELLS] = {""};
    if (watch->rule_count == RULES_MAX || !read_cells(arena, line, length, cells))
        return bad(error, "data/watch.csv", cells[ID]);
    struct rule *rule = &watch->rules[watch->rule_count++];
    rule->id = cells[ID];
    rule->fields = text_is(cells[WHERE], "buyer")    ? FIELD_BUYER
                   : text_is(cells[WHERE], "object") ? FIELD_OBJECT
                                                     : FIELD_BUYER | FIELD_OBJECT;
    rule->minus = text_is(cells[EFFECT], "-");
    rule->against = cells[AGAINST];
    if (!read_pattern(arena, cells[PATTERN], strlen(cells[PATTERN]), &rule->pattern))
        return bad(error, "data/watch.csv", rule->id);
    return 0;
}

static int read_rules(struct arena *arena, struct watch *watch, struct error *error)
{
    const struct embedded *file = embed_find("data/watch.csv");
    const char *line = file ? strchrnul(file->bytes, '\n') : ""; /* after the header */
    int result = *line ? 0 : bad(error, "data/watch.csv", "");
    while (!result && *line && *++line) {
        size_t length = strcspn(line, "\n");
        result = read_rule(arena, watch, line, length, error);
        line += length;
    }
    return result;
}

static int read_hints(struct arena *arena, struct watch *watch, struct error *error)
{
    int result = functions_read(arena, &watch->functions, error);
    if (result)
        return result;
    watch->hinting = ARENA_ARRAY(arena, struct hinting, watch->functions.count + 1);
    for (size_t i = 0; i < watch->functions.count; i++) {
        const struct function *function = &watch->functions.list[i];
        struct hinting *hinting = &watch->hinting[i];
        hinting->function = function;
        if (!read_patterns(arena, function->words, &hinting->words) ||
            !read_patterns(arena, function->not_words, &hinting->not_words))
            return bad(error, "data/functions.csv", function->code);
    }
    return 0;
}

int watch_open(struct arena *arena, struct watch **ret_watch, struct error *error)
{
    struct watch *watch = ARENA_NEW(arena, struct watch);
    int result = read_rules(arena, watch, error);
    if (!result)
        result = read_hints(arena, watch, error);
    if (result)
        return result;
    for (int byte = 0; byte < 256; byte++) {
        int count = 0;
        for (int i = 0; i < watch->rule_count; i++)
            if ((unsigned char)watch->rules[i].pattern.words[0].at[0] == byte)
                watch->first[byte][count++] = (short)i;
        watch->first[byte][count] = -1;
    }
    *ret_watch = watch;
    return 0;
}

/* --- matching --- */

struct words {
    struct word list[TEXT_WORDS_MAX];
    int count;
    bool cut; /* the last word may be a beginning */
};

static void split(const char *folded, bool cut, struct words *ret_words)
{
    ret_words->count = 0;
    while (*folded && ret_words->count < TEXT_WORDS_MAX) {
        const char *end = strchrnul(folded, ' ');
        ret_words->list[ret_words->count++] = (struct word){folded, (size_t)(end - folded)};
        folded = end + (*end == ' ');
    }
    ret_words->cut = cut && !*folded;
}

static bool word_matches(const struct word *word, const struct word *wanted, bool star)
{
    return (star ? word->length >= wanted->length : word->length == wanted->length) &&
           !memcmp(word->at, wanted->at, wanted->length);
}

static bool is_beginning(const struct word *word, const struct word *wanted)
{
    return word->length >= CUT_LETTERS_MIN && word->length < wanted->length &&
           !memcmp(word->at, wanted->at, word->length);
}

static bool matches_at(const struct words *text, int at, const struct pattern *pattern, bool cut)
{
    if (at + pattern->count > text->count)
        return false;
    for (int i = 0; i < pattern->count; i++) {
        const struct word *word = &text->list[at + i];
        if (word_matches(word, &pattern->words[i], pattern->star[i]))
            continue;
        bool last = i == pattern->count - 1 && at + i == text->count - 1;
        if (!(cut && last && is_beginning(word, &pattern->words[i])))
            return false;
    }
    return true;
}

static bool matches(const struct words *text, const struct pattern *pattern, bool cut)
{
    for (int at = 0; at < text->count; at++)
        if (matches_at(text, at, pattern, cut))
            return true;
    return false;
}

static void mark_rules(const struct watch *watch, const struct words *text, unsigned field, bool *marks, bool *ret_any)
{
    for (int at = 0; at < text->count; at++)
        for (const short *i = watch->first[(unsigned char)text->list[at].at[0]]; *i >= 0; i++) {
            const struct rule *rule = &watch->rules[*i];
            if ((rule->fields & field) && !marks[*i] && matches_at(text, at, &rule->pattern, text->cut))
                marks[*i] = *ret_any = true;
        }
}

static bool is_cancelled(const struct watch *watch, const bool *marks, const char *id)
{
    for (int i = 0; i < watch->rule_count; i++)
        if (marks[i] && watch->rules[i].minus &&
            (text_is(watch->rules[i].against, "*") || text_has_word(watch->rules[i].against, id)))
            return true;
    return false;
}

int watch_reasons(const struct watch *watch, const struct watch_text *text, const char *ret_rules[WATCH_REASONS_MAX])
{
    struct words words;
    bool marks[RULES_MAX] = {false}, any = false;
    split(text->object, text->object_cut, &words);
    mark_rules(watch, &words, FIELD_OBJECT, marks, &any);
    split(text->buyer, text->buyer_cut, &words);
    mark_rules(watch, &words, FIELD_BUYER, marks, &any);
    int count = 0;
    for (int i = 0; any && i < watch->rule_count && count < WATCH_REASONS_MAX; i++)
        if (marks[i] && !watch->rules[i].minus && !is_cancelled(watch, marks, watch->rules[i].id))
            ret_rules[count++] = watch->rules[i].id;
    return count;
}

/* --- functions --- */

/* What hinted, as a person reads it: the words of a pattern without their stars, a label, a code. */
static void add_hint(struct watch_hint *hint, const char *function, const char *basis, const char *text, size_t length)
{
    size_t used = 0;
    *hint = (struct watch_hint){.function = function, .basis = basis};
    for (size_t i = 0; i < length && used + 1 < sizeof hint->because; i++)
        if (text[i] != '*')
            hint->because[used++] = text[i];
    while (used && ((unsigned char)hint->because[used - 1] & 0xC0) == 0x80 && length > used)
        hint->because[--used] = 0; /* never half a character */
}

/* Whether a list cut by `separator` has an item of the other. Returns that item of `ours`. */
static bool shares_label(const char *ours, const char *theirs, const char **ret_item, size_t *ret_length)
{
    while (*ours) {
        size_t length = strcspn(ours, "|");
        for (const char *at = theirs; *at;) {
            size_t size = strcspn(at, "|");
            if (size == length && !memcmp(at, ours, size)) {
                *ret_item = ours;
                *ret_length = length;
                return true;
            }
            at += size + (at[size] == '|');
        }
        ours += length + (ours[length] == '|');
    }
    return false;
}

/* A call's code belongs to one of ours when it begins with it, our zeros at the end dropped. */
static bool shares_code(const char *ours, const char *theirs, const char **ret_item, size_t *ret_length)
{
    while (*ours) {
        size_t length = strcspn(ours, " "), stem = length;
        while (stem > 2 && ours[stem - 1] == '0')
            stem--;
        for (const char *at = theirs; *at;) {
            size_t size = strcspn(at, " ");
            if (size >= stem && !memcmp(at, ours, stem)) {
                *ret_item = at;
                *ret_length = size;
                return true;
            }
            at += size + (at[size] == ' ');
        }
        ours += length + (ours[length] == ' ');
    }
    return false;
}

static const struct pattern *first_match(const struct words *words, const struct pattern *pattern, bool cut)
{
    while (pattern && !matches(words, pattern, cut))
        pattern = pattern->next;
    return pattern;
}

int watch_functions(const struct watch *watch, const struct watch_text *text,
                    struct watch_hint ret_hints[WATCH_HINTS_MAX])
{
    struct words words;
    int count = 0;
    const char *descriptors = text->descriptors ? text->descriptors : "", *cpv = text->cpv ? text->cpv : "";
    split(text->object, text->object_cut, &words);
    for (size_t i = 0; i < watch->functions.count && count < WATCH_HINTS_MAX; i++) {
        const struct hinting *hinting = &watch->hinting[i];
        const char *code = hinting->function->code, *item;
        size_t length;
        if (first_match(&words, hinting->not_words, false))
            continue;
        const struct pattern *found = first_match(&words, hinting->words, words.cut);
        if (found) /* the words of a pattern lie one after the other */
            add_hint(&ret_hints[count++], code, "word", found->words[0].at, strlen(found->words[0].at));
        else if (shares_label(hinting->function->descriptors, descriptors, &item, &length))
            add_hint(&ret_hints[count++], code, "descriptor", item, length);
        else if (shares_code(hinting->function->cpv, cpv, &item, &length))
            add_hint(&ret_hints[count++], code, "cpv", item, length);
    }
    return count;
}

bool watch_is_cut(const char *format, const char *text, bool buyer)
{
    return text && text_is(format, "boamp-csv") &&
           text_characters(text) >= (size_t)(buyer ? BUYER_CUT_CHARACTERS : OBJECT_CUT_CHARACTERS);
}
