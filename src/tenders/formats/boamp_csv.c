/* BOAMP, flat daily extract ("extrait quotidien", one row per notice, 17 columns; some collections put
 * source_file first). Cells are Python values: lists are printed as ['35', '27'], a missing value as None,
 * nan or nothing. What the 172,590 rows of 2019-09 to 2020-12 hold, and how it is read:
 *
 * g04_09_resume_objet is cut at 200 characters and d01_01_denomination at 38, then both are trimmed. The
 * object was cut while its apostrophes were still written &apos;, which shows: lengths peak at 200, 195, 190
 * for 0, 1, 2 apostrophes, and some end on "l&apo".
 *
 * There is no response deadline, no CPV, no SIRET, no link to an earlier notice.
 *
 * g01_02_03_nature: appeloffre, attribution, rectificatif, intentionconclure, modification, preinformation,
 * periodique; g01_02_04_statut: initial, rectificatif, annulation, modification. The status decides first: a
 * row "appeloffre, annulation" cancels a call.
 *
 * d08_09_decision: [(date, winner, (amount, currency), lot or None), …], one per lot or per winner. Groupings
 * stand in one name ("Groupement A / B"): they are not taken apart, because names hold slashes and dashes
 * too. */
#include <string.h>

#include "base/csv.h"
#include "base/number.h"
#include "base/text.h"
#include "tenders/formats/format.h"
#include "tenders/formats/literal.h"
#include "tenders/formats/readers.h"

enum { BUYER_CUT = 37, OBJECT_CUT = 198 }; /* one or two less than the limit: the ends were trimmed */

enum column {
    REFERENCE,
    PUBLISHED,
    DISPLAYED,
    DEPARTMENTS,
    OBJECT,
    FAMILY,
    NATURE,
    STATUS,
    BUYER,
    POST_CODE,
    CITY,
    AWARDS,
    DESCRIPTORS,
    SOCIAL,
    ENVIRONMENTAL,
    COLUMNS
};

static const char *const column_names[COLUMNS] = {
    [REFERENCE] = "a00_cle_idweb",
    [PUBLISHED] = "g04_01_date_publication",
    [DISPLAYED] = "g04_03_date_fin_diffusion",
    [DEPARTMENTS] = "g04_07_dep_publication",
    [OBJECT] = "g04_09_resume_objet",
    [FAMILY] = "g01_02_01_famille",
    [NATURE] = "g01_02_03_nature",
    [STATUS] = "g01_02_04_statut",
    [BUYER] = "d01_01_denomination",
    [POST_CODE] = "d01_07_cp",
    [CITY] = "d01_08_ville",
    [AWARDS] = "d08_09_decision_titulaireandRENSEIGNEMENT",
    [DESCRIPTORS] = "g04_052_descripteurs_libelles",
    [SOCIAL] = "g04_061_criteres_sociaux",
    [ENVIRONMENTAL] = "g04_062_criteres_environnementaux",
};

struct boamp_csv {
    struct csv *csv;
    int columns[COLUMNS];
};

/* The cell, or NULL when it says nothing. */
static const char *cell_of(const struct boamp_csv *reader, enum column column)
{
    const char *cell = csv_cell(reader->csv, reader->columns[column]);
    if (!*cell || !strcmp(cell, "None") || !strcmp(cell, "nan") || !strcmp(cell, "[]"))
        return NULL;
    return cell;
}

static void read_kind(const struct boamp_csv *reader, struct arena *arena, struct notice *notice)
{
    const char *nature = cell_of(reader, NATURE), *status = cell_of(reader, STATUS);
    bool known;
    notice->kind = boamp_kind(nature, status, &known);
    notice->nature = field_string(arena, nature);
    if (notice->nature && status && strcmp(status, "initial") && strcmp(status, nature))
        notice->nature = arena_printf(arena, "%s/%s", notice->nature, field_string(arena, status));
    if (!known)
        notice_add_problem(arena, notice, "kind", nature, NOTICE_WHY_KIND);
}

/* Strings of a printed list, separated by `separator` in one text; NULL when it is no such list. */
static char *join_list(struct arena *arena, const char *cell, char separator)
{
    struct literal literal = {cell};
    char *joined = arena_copy(arena, cell, strlen(cell));
    size_t used = 0, length;
    if (!literal_take(&literal, '['))
        return NULL;
    do {
        if (used)
            joined[used++] = separator;
        if (!literal_take_string(&literal, joined + used, &length))
            return NULL;
        used += length;
    } while (literal_take(&literal, ','));
    joined[used] = 0;
    return literal_take(&literal, ']') && literal_at_end(&literal) ? joined : NULL;
}

static void read_departments(struct arena *arena, struct notice *notice, const char *cell)
{
    const char *joined = cell ? join_list(arena, cell, ' ') : NULL;
    if (cell && !joined)
        notice_add_problem(arena, notice, "departments", cell, NOTICE_WHY_SHAPE);
    for (const char *p = joined; p && *p;) {
        char code[4];
        size_t length = strcspn(p, " ");
        if (length && field_department(p, length, code))
            notice->departments = list_add(arena, notice->departments, arena_strdup(arena, code), ' ');
        else if (length)
            notice_add_problem(arena, notice, "departments", arena_copy(arena, p, length),
                               NOTICE_WHY_DEPARTMENT);
        p += length + (p[length] == ' ');
    }
}

static void read_descriptors(struct arena *arena, struct notice *notice, const char *cell)
{
    if (!cell)
        return;
    const char *joined = join_list(arena, cell, '|');
    if (joined)
        notice->descriptors = field_string(arena, joined);
    else
        notice_add_problem(arena, notice, "descriptors", cell, NOTICE_WHY_SHAPE);
}

/* ---- awards ---- */

struct decision {
    const char *on, *winner, *amount, *currency, *lot;
};

/* A string or a bare word; None gives NULL. */
static bool take_value(struct arena *arena, struct literal *literal, const char **ret_value)
{
    const char *word;
    size_t length;
    if (literal_take_word(literal, &word, &length)) {
        *ret_value = length == 4 && !memcmp(word, "None", 4) ? NULL : arena_copy(arena, word, length);
        return true;
    }
    char *text = arena_copy(arena, literal->at, strlen(literal->at));
    if (!literal_take_string(literal, text, &length))
        return false;
    text[length] = 0;
    *ret_value = text;
    return true;
}

/* ('2019-11-21', 'COUGNAUD CONSTRUCTION', (4312438.31, 'EUR'), None); the pair of the amount may be None. */
static bool take_decision(struct arena *arena, struct literal *literal, struct decision *ret_decision)
{
    *ret_decision = (struct decision){0};
    if (!literal_take(literal, '(') || !take_value(arena, literal, &ret_decision->on) ||
        !literal_take(literal, ',') || !take_value(arena, literal, &ret_decision->winner) ||
        !literal_take(literal, ','))
        return false;
    if (literal_take(literal, '(')) {
        if (!take_value(arena, literal, &ret_decision->amount) || !literal_take(literal, ',') ||
            !take_value(arena, literal, &ret_decision->currency) || !literal_take(literal, ')'))
            return false;
    } else if (!take_value(arena, literal, &ret_decision->amount)) {
        return false;
    }
    return literal_take(literal, ',') && take_value(arena, literal, &ret_decision->lot) &&
           literal_take(literal, ')');
}

static void add_award(struct arena *arena, struct notice *notice, const struct decision *decision)
{
    struct tree *award = tree_add_map(arena, notice->awards);
    int64_t cents = field_cents(arena, notice, "awards.amount", decision->amount, decision->currency);
    const char *name = field_string(arena, decision->winner);
    tree_set_text(arena, award, "lot", field_string(arena, decision->lot));
    if (cents >= 0)
        tree_set_int(arena, award, "amount_cents", cents);
    tree_set_text(arena, award, "form", field_group_form(arena, name));
    tree_set_text(arena, award, "on", field_date(arena, notice, "awards.on", decision->on));
    struct tree *winners = tree_set_list(arena, award, "winners");
    if (name)
        award_add_winner(arena, winners, name, NULL, false);
}

static void read_awards(struct arena *arena, struct notice *notice, const char *cell)
{
    struct decision decision;
    if (!cell)
        return;
    struct literal literal = {cell};
    if (!literal_take(&literal, '[')) {
        notice_add_problem(arena, notice, "awards", cell, NOTICE_WHY_SHAPE);
        return;
    }
    notice->awards = tree_list(arena);
    do {
        const char *start = literal.at;
        if (!take_decision(arena, &literal, &decision)) {
            notice_add_problem(arena, notice, "awards", start, NOTICE_WHY_SHAPE);
            break;
        }
        add_award(arena, notice, &decision);
    } while (literal_take(&literal, ','));
    if (!notice->awards->first)
        notice->awards = NULL;
    notice->value_cents = awards_total(notice->awards);
}

/* ---- rows ---- */

static bool says_yes(const char *cell)
{
    return cell && !strcmp(cell, "oui");
}

/* Characters that the object had when it was cut: with &apos; &quot; &amp; &lt; &gt; in full. */
static size_t escaped_characters(const char *cell)
{
    size_t count = 0;
    for (; *cell; cell++) {
        count += ((unsigned char)*cell & 0xC0) != 0x80;
        if (*cell == '\'' || *cell == '"')
            count += 5;
        else if (*cell == '&')
            count += 4;
        else if (*cell == '<' || *cell == '>')
            count += 3;
    }
    return count;
}

/* An object that was cut inside an entity ends on a piece of it, which says nothing. */
static void read_object(struct arena *arena, struct notice *notice, const char *cell)
{
    if (!cell)
        return;
    size_t length = strlen(cell);
    notice->object_cut = escaped_characters(cell) >= OBJECT_CUT;
    const char *entity = notice->object_cut ? strrchr(cell, '&') : NULL;
    if (entity && strlen(entity) <= 6 && !strpbrk(entity, " ;"))
        length = (size_t)(entity - cell);
    notice->object = field_text(arena, cell, length);
}

static void read_row(const struct boamp_csv *reader, struct arena *arena, struct notice *notice)
{
    const char *buyer = cell_of(reader, BUYER);
    read_kind(reader, arena, notice);
    notice->published_on = field_date(arena, notice, "published_on", cell_of(reader, PUBLISHED));
    notice->displayed_until = field_date(arena, notice, "displayed_until", cell_of(reader, DISPLAYED));
    read_object(arena, notice, cell_of(reader, OBJECT));
    notice->buyer = field_string(arena, buyer);
    notice->buyer_cut = buyer && strlen(buyer) >= BUYER_CUT && text_characters(buyer) >= BUYER_CUT;
    notice->buyer_post_code = field_post_code(arena, notice, cell_of(reader, POST_CODE));
    notice->buyer_city = field_string(arena, cell_of(reader, CITY));
    notice->family = field_string(arena, cell_of(reader, FAMILY));
    notice->social_criteria = says_yes(cell_of(reader, SOCIAL));
    notice->environmental_criteria = says_yes(cell_of(reader, ENVIRONMENTAL));
    read_departments(arena, notice, cell_of(reader, DEPARTMENTS));
    read_descriptors(arena, notice, cell_of(reader, DESCRIPTORS));
    read_awards(arena, notice, cell_of(reader, AWARDS));
}

static enum notice_step next(void *state, struct arena *arena, struct notice *ret_notice,
                             struct error *refusal)
{
    const struct boamp_csv *reader = state;
    if (!csv_next(reader->csv))
        return NOTICE_END;
    size_t line = csv_line(reader->csv);
    if (csv_broken(reader->csv))
        return notice_refuse(
            refusal, line, "",
            N_("Line {0} cannot be read: a quote that is never closed, or a cell that is too long."), NULL);
    notice_begin(ret_notice, "boamp", "boamp-csv");
    ret_notice->line = line;
    ret_notice->raw = csv_raw(reader->csv, &ret_notice->raw_length);
    ret_notice->reference = field_reference(arena, cell_of(reader, REFERENCE));
    if (!ret_notice->reference)
        return notice_refuse(refusal, line, column_names[REFERENCE], N_("Line {0} has no usable reference."),
                             NULL);
    read_row(reader, arena, ret_notice);
    return NOTICE_READ;
}

static size_t line_of(const void *state)
{
    return csv_line(((const struct boamp_csv *)state)->csv);
}

static double progress_of(const void *state)
{
    return csv_progress(((const struct boamp_csv *)state)->csv);
}

int notice_open_csv(struct arena *arena, const char *bytes, size_t length, struct notice_reader *ret_reader,
                    struct error *error)
{
    static const struct notice_format format = {next, line_of, progress_of};
    struct boamp_csv *reader = ARENA_NEW(arena, struct boamp_csv);
    int refused = csv_open(arena, bytes, length, &reader->csv, error);
    if (refused)
        return refused;
    for (int i = 0; i < COLUMNS; i++)
        reader->columns[i] = csv_column(reader->csv, column_names[i]);
    if (reader->columns[REFERENCE] < 0 || reader->columns[OBJECT] < 0)
        return error_set(error, ERR_INVALID, "file",
                         N_("No known format of notices: this table has no columns {0} and {1}."),
                         column_names[REFERENCE], column_names[OBJECT], NULL);
    *ret_reader = (struct notice_reader){&format, reader};
    return 0;
}
