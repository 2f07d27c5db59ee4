/* A year's page as a tree: what the templates show inside the program and in the published folder alike. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "openbooks/report.h"

struct page {
    struct arena *arena;
    const struct report *report;
    const struct figures *figures;
    int language;
};

static const char *say(const struct page *page, const char *message,
                       const char *const arguments[ERROR_ARGUMENTS])
{
    struct error sentence = {0};
    char text[1024];
    error_set(&sentence, ERR_NONE, "", message, arguments[0], arguments[1], arguments[2], arguments[3], NULL);
    error_format(&sentence, tr(language_code(page->language), message), text, sizeof text);
    return arena_strdup(page->arena, text);
}

static const char *tenths_text(const struct page *page, int64_t tenths)
{
    return arena_printf(page->arena, "%s\u00a0c",
                        number_screen(page->arena, tenths, 1, false, language_code(page->language)));
}

/* {id, value, text}: one figure as it is shown, which the proof reads back. */
static void set_figure(const struct page *page, struct tree *map, const char *name, const char *id)
{
    const struct figure *figure = figures_find(page->figures, id);
    struct arena *arena = page->arena;
    if (!figure) {
        tree_set_text(arena, map, name, NULL);
        return;
    }
    struct tree *shown = tree_set_map(arena, map, name);
    tree_set_text(arena, shown, "id", figure->id);
    tree_set_text(arena, shown, "value",
                  figure->hidden ? "" : arena_printf(arena, "%lld", (long long)figure->value));
    tree_set_bool(arena, shown, "hidden", figure->hidden);
    tree_set_text(arena, shown, "text",
                  figure->hidden                 ? tr(language_code(page->language), N_("hidden"))
                  : figure->kind == FIGURE_MONEY ? euros_text(arena, figure->euros, page->language)
                  : figure->kind == FIGURE_PART
                      ? tenths_text(page, figure->value)
                      : number_screen(arena, figure->value, 0, false, language_code(page->language)));
}

#define ID(...) arena_printf(page->arena, __VA_ARGS__)

static void add_head(const struct page *page, struct tree *tree)
{
    const struct report *report = page->report;
    struct arena *arena = page->arena;
    const char *language = language_code(page->language);
    tree_set_text(arena, tree, "language", language);
    tree_set_bool(arena, tree, "french", page->language == FRENCH);
    tree_set_bool(arena, tree, "site", false);
    tree_set_text(arena, tree, "entity_name", report->entity.name);
    tree_set_text(arena, tree, "entity_kind", report->entity.kind);
    tree_set_text(arena, tree, "siren", report->entity.siren);
    tree_set_bool(arena, tree, "example", report->entity.example);
    tree_set_text(arena, tree, "year", arena_strdup(arena, report->year.code));
    tree_set_text(arena, tree, "starts_on", arena_strdup(arena, report->year.starts_on));
    tree_set_text(arena, tree, "ends_on", arena_strdup(arena, report->year.ends_on));
    tree_set_text(arena, tree, "as_of", arena_strdup(arena, report->as_of));
    tree_set_bool(arena, tree, "closed", report->year.closed);
    tree_set_bool(arena, tree, "booked", report->booked);
    tree_set_bool(arena, tree, "loss", report->result_cents < 0);
    tree_set_bool(arena, tree, "provisional",
                  !report->year.closed || (report->result_cents && !report->booked));
    tree_set_bool(arena, tree, "to_confirm", report->drafted && report->allocation.to_confirm);
}

static int64_t tenths_of(const struct report *report, const char *code)
{
    for (size_t i = 0; i < report->use_count; i++)
        if (text_is(report->uses[i].what->code, code))
            return report->uses[i].tenths;
    return 0;
}

static void add_lead(const struct page *page, struct tree *tree)
{
    const struct report *report = page->report;
    bool loss = report->result_cents < 0;
    const char *const words[] = {report->year.code, tenths_text(page, tenths_of(report, "detention_pay")),
                                 tenths_text(page, tenths_of(report, "members") + tenths_of(report, "staff")),
                                 tenths_text(page, report->result_tenths)};
    const char *message =
        loss
            ? N_("Of one euro spent in {0}, {1} paid for the work of people in detention and {2} for that of "
                 "member organisations and staff; {3} was missing, and is carried as a loss.")
            : N_("Of one euro received in {0}, {1} paid for the work of people in detention and {2} for that "
                 "of "
                 "member organisations and staff; {3} was left: the surplus.");
    tree_set_text(page->arena, tree, "lead", report->whole_cents ? say(page, message, words) : NULL);
}

static void add_parts(const struct page *page, struct tree *tree, const char *side,
                      const struct report_part *parts, size_t count)
{
    struct tree *rows = tree_set_list(page->arena, tree, side);
    int64_t most = 1;
    for (size_t i = 0; i < count; i++)
        most = parts[i].tenths > most ? parts[i].tenths : most;
    for (size_t i = 0; i < count; i++) {
        struct tree *row = tree_add_map(page->arena, rows);
        const char *code = parts[i].what->code;
        tree_set_text(page->arena, row, "name", parts[i].what->name[page->language]);
        tree_set_text(page->arena, row, "tone", parts[i].what->tone);
        tree_set_int(page->arena, row, "length", parts[i].tenths * 100 / most);
        set_figure(page, row, "money", ID("%s.%s.%s", page->report->year.code, side, code));
        set_figure(page, row, "part", ID("%s.%s.%s.of_one_euro", page->report->year.code, side, code));
    }
}

static void add_lines(const struct page *page, struct tree *tree)
{
    const struct report *report = page->report;
    struct arena *arena = page->arena;
    struct tree *rows = tree_set_list(arena, tree, "lines");
    for (size_t i = 0; i < report->line_count; i++) {
        const struct report_line *line = &report->lines[i];
        struct tree *row = tree_add_map(arena, rows);
        bool fund = line->line && *line->line->fund;
        tree_set_text(arena, row, "name", line->name[page->language]);
        tree_set_bool(arena, row, "source", line->source);
        tree_set_text(arena, row, "reason",
                      line->line ? (page->language == FRENCH ? line->line->text_fr : line->line->text_en)
                                 : "");
        tree_set_text(arena, row, "article", line->line ? line->line->article : "");
        tree_set_bool(arena, row, "to_confirm", line->line && !line->line->confirmed);
        set_figure(page, row, "money",
                   fund ? ID("%s.allocation.fund.%s", report->year.code, line->line->fund)
                        : ID("%s.allocation.%s", report->year.code, line->what->code));
    }
    if (!report->drafted || text_is(report->allocation.state, "drafted")) {
        tree_set_text(arena, tree, "decision", NULL);
        return;
    }
    struct tree *decision = tree_set_map(arena, tree, "decision");
    tree_set_text(arena, decision, "assembly_on", report->allocation.assembly_on);
    tree_set_int(arena, decision, "votes_for", report->allocation.votes_for);
    tree_set_int(arena, decision, "votes_against", report->allocation.votes_against);
    tree_set_int(arena, decision, "votes_abstained", report->allocation.votes_abstained);
    tree_set_text(arena, decision, "minutes", report->allocation.minutes);
}

static void add_funds(const struct page *page, struct tree *tree)
{
    static const char *const shown[] = {"before", "given", "used", "moved", "left", "committed"};
    const struct report *report = page->report;
    struct arena *arena = page->arena;
    struct tree *rows = tree_set_list(arena, tree, "funds");
    tree_set_text(arena, tree, "funds_from",
                  *report->funds_from ? arena_strdup(arena, report->funds_from) : NULL);
    tree_set_text(arena, tree, "funds_to", *report->funds_to ? arena_strdup(arena, report->funds_to) : NULL);
    for (size_t i = 0; i < report->fund_count; i++) {
        const struct report_fund *fund = &report->funds[i];
        struct tree *row = tree_add_map(arena, rows);
        tree_set_text(arena, row, "name", fund->fund->name);
        tree_set_text(arena, row, "purpose", fund->fund->purpose);
        tree_set_bool(arena, row, "outside", text_is(fund->fund->origin, "outside"));
        for (size_t j = 0; j < COUNT_OF(shown); j++)
            set_figure(page, row, shown[j],
                       ID("%s.fund.%s.%s", report->year.code, fund->fund->code, shown[j]));
        struct tree *uses = tree_set_list(arena, row, "uses");
        for (size_t j = 0; j < fund->use_count; j++) {
            struct tree *use = tree_add_map(arena, uses);
            tree_set_text(arena, use, "use", fund->uses[j].use);
            set_figure(page, use, "money",
                       ID("%s.fund.%s.used.%s", report->year.code, fund->fund->code, fund->uses[j].use));
        }
    }
}

static void add_people_row(const struct page *page, const struct report_people *people, int row,
                           struct tree *rows)
{
    struct tree *shown = tree_add_map(page->arena, rows);
    bool total = row == people->table.rows;
    tree_set_text(page->arena, shown, "use", total ? NULL : people->uses[row]);
    tree_set_bool(page->arena, shown, "total", total);
    struct tree *cells = tree_set_list(page->arena, shown, "cells");
    for (int column = 0; column <= people->table.columns; column++) {
        const struct surplus_fund *fund = column < people->table.columns ? people->funds[column] : NULL;
        struct tree *cell = tree_add_map(page->arena, cells);
        tree_set_text(page->arena, cell, "fund", fund ? fund->name : NULL);
        set_figure(page, cell, "people",
                   ID("%s.people.%s.%s.%s", page->report->year.code, people->year,
                      total ? "all" : people->uses[row], fund ? fund->code : "all"));
    }
}

static void add_people(const struct page *page, struct tree *tree)
{
    struct tree *tables = tree_set_list(page->arena, tree, "people_tables");
    bool hidden = false;
    for (size_t i = 0; i < page->report->people_count; i++) {
        const struct report_people *people = &page->report->people[i];
        struct tree *table = tree_add_map(page->arena, tables);
        tree_set_text(page->arena, table, "from", arena_strdup(page->arena, people->from));
        tree_set_text(page->arena, table, "to", arena_strdup(page->arena, people->to));
        struct tree *columns = tree_set_list(page->arena, table, "columns"),
                    *rows = tree_set_list(page->arena, table, "rows");
        for (int column = 0; column < people->table.columns; column++)
            tree_set_text(page->arena, tree_add_map(page->arena, columns), "fund",
                          people->funds[column] ? people->funds[column]->name : "");
        for (int row = 0; row <= people->table.rows; row++)
            add_people_row(page, people, row, rows);
        for (int j = 0; j < (people->table.rows + 1) * (people->table.columns + 1); j++)
            hidden |= people->table.cells[j].hidden;
    }
    tree_set_bool(page->arena, tree, "people_hidden", hidden);
}

static void add_definitions(const struct page *page, struct tree *tree)
{
    const struct published_list *published = page->report->published;
    struct tree *rows = tree_set_list(page->arena, tree, "definitions");
    for (size_t i = 0; i < published->count; i++) {
        const struct published *what = &published->items[i];
        bool used = false;
        for (size_t j = 0; j < page->figures->count && !used; j++)
            used = page->figures->items[j].what == what &&
                   text_starts(page->figures->items[j].id, page->report->year.code);
        if (!used)
            continue;
        struct tree *row = tree_add_map(page->arena, rows);
        tree_set_text(page->arena, row, "code", what->code);
        tree_set_text(page->arena, row, "name", what->name[page->language]);
        tree_set_text(page->arena, row, "definition", what->definition[page->language]);
        tree_set_text(page->arena, row, "accounts", what->accounts);
    }
}

struct tree *page_tree(struct arena *arena, const struct report *report, const struct figures *figures,
                       int language)
{
    const struct page page = {arena, report, figures, language};
    struct flow flow;
    struct tree *tree = tree_map(arena);
    add_head(&page, tree);
    add_lead(&page, tree);
    tree_set(arena, tree, "picture_wide", picture_year(arena, report, language, false, &flow));
    tree_set(arena, tree, "picture_narrow", picture_year(arena, report, language, true, &flow));
    add_parts(&page, tree, "income", report->income, report->income_count);
    set_figure(&page, tree, "income_total", arena_printf(arena, "%s.income_total", report->year.code));
    add_parts(&page, tree, "use", report->uses, report->use_count);
    set_figure(&page, tree, "use_total", arena_printf(arena, "%s.use_total", report->year.code));
    set_figure(&page, tree, "result", arena_printf(arena, "%s.result", report->year.code));
    set_figure(&page, tree, "result_part", arena_printf(arena, "%s.result.of_one_euro", report->year.code));
    struct tree *wide = picture_surplus(arena, report, language, false, &flow),
                *narrow = picture_surplus(arena, report, language, true, &flow);
    if (wide)
        tree_set(arena, tree, "surplus_wide", wide);
    else
        tree_set_text(arena, tree, "surplus_wide", NULL);
    if (narrow)
        tree_set(arena, tree, "surplus_narrow", narrow);
    else
        tree_set_text(arena, tree, "surplus_narrow", NULL);
    add_lines(&page, tree);
    add_funds(&page, tree);
    add_people(&page, tree);
    add_definitions(&page, tree);
    return tree;
}
