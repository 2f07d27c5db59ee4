/* One line of a file of organisations: columns by name, every cell checked, what is wrong named. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "members/cells.h"
#include "members/details.h"
#include "members/import.h"
#include "members/kinds.h"

enum { NAME_CHARACTERS_MAX = 200 };

struct member_columns {
    int siret, name, brand, kind, naf, address, post_code, city, department, latitude, longitude, turnover,
        turnover_limit, may_lead, prison_work, quality, quality_author, quality_on, employees, employees_in_insertion,
        surplus_reinvested, pay_ratio, accreditations;
};

static int column(const struct csv *csv, const char *name, const char *other)
{
    int found = csv_column(csv, name);
    return found < 0 && other ? csv_column(csv, other) : found;
}

int member_columns_find(struct arena *arena, const struct csv *csv, struct member_columns **ret_columns,
                        struct error *error)
{
    struct member_columns *columns = ARENA_NEW(arena, struct member_columns);
    *columns = (struct member_columns){
        .siret = column(csv, "siret", NULL),
        .name = column(csv, "name", "nom"),
        .brand = column(csv, "brand", "enseigne"),
        .kind = column(csv, "kinds", "kind"),
        .naf = column(csv, "naf", "ape"),
        .address = column(csv, "address", "adresse"),
        .post_code = column(csv, "post_code", "code postal"),
        .city = column(csv, "city", "ville"),
        .department = column(csv, "department", "departement"),
        .latitude = column(csv, "lat", "latitude"),
        .longitude = column(csv, "lon", "longitude"),
        .turnover = column(csv, "turnover_cents", NULL),
        .turnover_limit = column(csv, "turnover_limit_cents", NULL),
        .may_lead = column(csv, "may_lead", NULL),
        .prison_work = column(csv, "prison_work", NULL),
        .quality = column(csv, "quality", NULL),
        .quality_author = column(csv, "quality_author", NULL),
        .quality_on = column(csv, "quality_on", NULL),
        .employees = column(csv, "employees", NULL),
        .employees_in_insertion = column(csv, "employees_in_insertion", NULL),
        .surplus_reinvested = column(csv, "surplus_reinvested_permille", NULL),
        .pay_ratio = column(csv, "pay_ratio_thousandths", NULL),
        .accreditations = column(csv, "accreditations", NULL),
    };
    *ret_columns = columns;
    const char *missing = columns->siret < 0   ? "siret"
                          : columns->name < 0  ? "name"
                          : columns->kind < 0  ? "kind"
                          : columns->city < 0  ? "city"
                                               : NULL;
    if (missing)
        return error_set(error, ERR_INVALID, "file",
                         N_("This file has no column {0}. A file of organisations has at least siret, kind, name and city."),
                         missing, NULL);
    return 0;
}

/* --- one cell --- */

struct reading {
    struct arena *arena;
    const struct csv *csv;
    struct member_line *line;
};

static void refuse(struct reading *reading, const char *field, const char *reason)
{
    if (reading->line->refused_field)
        return;
    reading->line->refused_field = field;
    reading->line->refused_reason = reason;
}

static const char *text_cell(struct reading *reading, int column, const char *field)
{
    const char *cell = csv_cell(reading->csv, column);
    if (!text_is_clean(cell, strlen(cell))) {
        refuse(reading, field, N_("This must be plain text."));
        return "";
    }
    cell = text_tidy(reading->arena, cell);
    if (text_characters(cell) > NAME_CHARACTERS_MAX)
        refuse(reading, field, N_("This is longer than 200 characters."));
    return cell;
}

static struct fact number_cell(struct reading *reading, int column, const char *field, int64_t most)
{
    struct fact fact = {0};
    const char *cell = text_cell(reading, column, field);
    if (!*cell)
        return fact;
    fact.known = number_parse(cell, 0, &fact.value) && fact.value >= 0 && fact.value <= most;
    if (!fact.known)
        refuse(reading, field, N_("This must be a whole number within its bounds."));
    return fact;
}

static struct fact degrees_cell(struct reading *reading, int column, const char *field, int limit)
{
    struct fact fact = {0};
    const char *cell = text_cell(reading, column, field);
    if (!*cell)
        return fact;
    fact.known = degrees_parse(cell, limit, &fact.value);
    if (!fact.known)
        refuse(reading, field, N_("This must be degrees with decimals, such as 49.4431."));
    return fact;
}

static bool flag_cell(struct reading *reading, int column, const char *field, bool *ret_said)
{
    const char *cell = text_cell(reading, column, field);
    *ret_said = *cell != 0;
    if (*cell && strcmp(cell, "0") != 0 && strcmp(cell, "1") != 0)
        refuse(reading, field, N_("This must be 1 for yes or 0 for no."));
    return !strcmp(cell, "1");
}

/* --- cells that are more than one value --- */

static const char *kinds_cell(struct reading *reading, int column)
{
    char *kinds = arena_strdup(reading->arena, text_cell(reading, column, "kind"));
    for (char *p = kinds; *p; p++)
        *p = *p == '|' || *p == ',' || *p == ';' ? ' ' : *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    int64_t bits;
    if (!kinds_bits(kinds, &bits))
        refuse(reading, "kind", *kinds ? N_("There is no such kind of organisation.") : N_("This is required."));
    return kinds_join(reading->arena, kinds, "");
}

static bool is_accreditation(const char *code)
{
    size_t length = strlen(code);
    for (const char *at = MEMBER_ACCREDITATIONS; *at; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == length && !memcmp(at, code, length))
            return true;
    return false;
}

/* "code:from:to code:from:to"; an empty end does not end. */
static void accreditations_cell(struct reading *reading, int column)
{
    char *at = arena_strdup(reading->arena, text_cell(reading, column, "accreditations")), *word, *rest = NULL;
    struct member_line *line = reading->line;
    for (word = strtok_r(at, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *from = strchr(word, ':'), *to = from ? strchr(from + 1, ':') : NULL;
        if (!to || line->accreditation_count == ACCREDITATIONS_MAX) {
            refuse(reading, "accreditations", N_("An accreditation is written code:first-day:last-day."));
            return;
        }
        *from++ = 0;
        *to++ = 0;
        const char *end = *to ? to : "9999-12-31";
        if (!is_accreditation(word)) {
            refuse(reading, "accreditations", N_("There is no such accreditation."));
            return;
        }
        if (!date_is(from) || (*to && !date_is(to)) || strcmp(from, end) > 0) {
            refuse(reading, "accreditations", N_("An accreditation is written code:first-day:last-day."));
            return;
        }
        line->accreditations[line->accreditation_count++] = (struct accreditation_cell){word, from, end};
    }
}

static void quality_cells(struct reading *reading, const struct member_columns *columns)
{
    struct organisation *says = &reading->line->says;
    says->quality = number_cell(reading, columns->quality, "quality", 100);
    says->quality_author = text_cell(reading, columns->quality_author, "quality_author");
    says->quality_on = text_cell(reading, columns->quality_on, "quality_on");
    if (says->quality.known && !*says->quality_author)
        refuse(reading, "quality_author", N_("A mark needs its author."));
    if (says->quality.known && !date_is(says->quality_on))
        refuse(reading, "quality_on", N_("A mark needs its date, such as 2026-03-31."));
}

static void place_cells(struct reading *reading, const struct member_columns *columns)
{
    struct organisation *says = &reading->line->says;
    char code[4];
    says->address = text_cell(reading, columns->address, "address");
    says->post_code = text_cell(reading, columns->post_code, "post_code");
    says->city = text_cell(reading, columns->city, "city");
    const char *department = text_cell(reading, columns->department, "department");
    if (!*says->city)
        refuse(reading, "city", N_("This is required."));
    if (*department ? department_code(department, code) : department_of_post_code(says->post_code, code))
        says->department = arena_strdup(reading->arena, code);
    else
        refuse(reading, "department", N_("There is no such department."));
    says->latitude_millionths = degrees_cell(reading, columns->latitude, "lat", 90);
    says->longitude_millionths = degrees_cell(reading, columns->longitude, "lon", 180);
    if (says->latitude_millionths.known != says->longitude_millionths.known)
        refuse(reading, "lat", N_("Latitude and longitude go together."));
}

static void fact_cells(struct reading *reading, const struct member_columns *columns)
{
    enum { PEOPLE_MAX = 1000000 };
    const int64_t money_max = INT64_C(100000000000000);
    struct member_line *line = reading->line;
    struct organisation *says = &line->says;
    says->turnover_cents = number_cell(reading, columns->turnover, "turnover_cents", money_max);
    says->turnover_limit_cents = number_cell(reading, columns->turnover_limit, "turnover_limit_cents", money_max);
    says->may_lead = flag_cell(reading, columns->may_lead, "may_lead", &line->says_may_lead);
    says->prison_work = flag_cell(reading, columns->prison_work, "prison_work", &line->says_prison_work);
    says->employees = number_cell(reading, columns->employees, "employees", PEOPLE_MAX);
    says->employees_in_insertion =
        number_cell(reading, columns->employees_in_insertion, "employees_in_insertion", PEOPLE_MAX);
    says->surplus_reinvested_permille =
        number_cell(reading, columns->surplus_reinvested, "surplus_reinvested_permille", 1000);
    says->pay_ratio_thousandths = number_cell(reading, columns->pay_ratio, "pay_ratio_thousandths", 1000000);
    if (says->employees.known && says->employees_in_insertion.known &&
        says->employees_in_insertion.value > says->employees.value)
        refuse(reading, "employees_in_insertion", N_("There cannot be more people in insertion than people employed."));
}

/* Of the whole record as it stood: the same row of another file is the same row. */
static void fingerprint(struct member_line *line, const struct csv *csv)
{
    unsigned char hash[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < csv_column_count(csv); i++) {
        const char *name = csv_column_name(csv, i), *cell = csv_cell(csv, (int)i);
        if (!*cell)
            continue;
        crypto_generichash_update(&state, (const unsigned char *)name, strlen(name) + 1);
        crypto_generichash_update(&state, (const unsigned char *)cell, strlen(cell) + 1);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(line->fingerprint, sizeof line->fingerprint, hash, sizeof hash);
}

void member_line_read(struct arena *arena, const struct csv *csv, const struct member_columns *columns,
                      struct member_line *line)
{
    char siret[15];
    struct reading reading = {arena, csv, line};
    *line = (struct member_line){.number = csv_line(csv), .says = organisation_empty()};
    if (csv_broken(csv)) {
        refuse(&reading, "", N_("This line is broken: a quote is not closed, or a cell is too long."));
        return;
    }
    const char *typed = text_cell(&reading, columns->siret, "siret");
    if (text_is_siret(typed, siret))
        line->says.siret = arena_strdup(arena, siret);
    else
        refuse(&reading, "siret", N_("This is not a SIRET: 14 digits whose check digit holds."));
    line->says.name = text_cell(&reading, columns->name, "name");
    if (!*line->says.name)
        refuse(&reading, "name", N_("This is required."));
    line->says.brand = text_cell(&reading, columns->brand, "brand");
    line->says.kinds = kinds_cell(&reading, columns->kind);
    line->says.naf = naf_code(arena, text_cell(&reading, columns->naf, "naf"));
    place_cells(&reading, columns);
    fact_cells(&reading, columns);
    quality_cells(&reading, columns);
    accreditations_cell(&reading, columns->accreditations);
    fingerprint(line, csv);
}
