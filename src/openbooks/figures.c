/* Every figure that is published, under its id. What a page, the CSV and the JSON show is read from here. */
#include <string.h>

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/text.h"
#include "openbooks/report.h"

const char *language_code(int language)
{
    return language == FRENCH ? "fr" : "en";
}

const struct figure *figures_find(const struct figures *figures, const char *id)
{
    for (size_t i = 0; i < figures->count; i++)
        if (text_is(figures->items[i].id, id))
            return &figures->items[i];
    return NULL;
}

static struct figure *add(struct figures *figures, const char *id, enum figure_kind kind,
                          const struct published *what)
{
    if (figures->count == figures->room) {
        size_t room = figures->room ? figures->room * 2 : 128;
        struct figure *items = ARENA_ARRAY(figures->arena, struct figure, room);
        if (figures->count)
            memcpy(items, figures->items, sizeof *items * figures->count);
        figures->items = items;
        figures->room = room;
    }
    struct figure *figure = &figures->items[figures->count++];
    *figure = (struct figure){
        .id = id, .kind = kind, .what = what, .name = {what->name[FRENCH], what->name[ENGLISH]}};
    return figure;
}

static struct figure *add_money(struct figures *figures, const char *id, const struct published *what,
                                int64_t cents, int64_t euros)
{
    struct figure *figure = add(figures, id, FIGURE_MONEY, what);
    figure->value = cents;
    figure->euros = euros;
    return figure;
}

#define ID(...) arena_printf(figures->arena, __VA_ARGS__)

static void add_parts(struct figures *figures, const char *year, const char *side,
                      const struct report_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_money(figures, ID("%s.%s.%s", year, side, parts[i].what->code), parts[i].what, parts[i].cents,
                  parts[i].euros);
    for (size_t i = 0; i < count; i++)
        add(figures, ID("%s.%s.%s.of_one_euro", year, side, parts[i].what->code), FIGURE_PART, parts[i].what)
            ->value = parts[i].tenths;
}

static void add_lines(struct figures *figures, const struct report *report)
{
    for (size_t i = 0; i < report->line_count; i++) {
        const struct report_line *line = &report->lines[i];
        bool fund = line->line && *line->line->fund;
        struct figure *figure =
            add_money(figures,
                      fund ? ID("%s.allocation.fund.%s", report->year.code, line->line->fund)
                           : ID("%s.allocation.%s", report->year.code, line->what->code),
                      line->what, line->cents, line->euros);
        memcpy(figure->name, line->name, sizeof figure->name);
    }
}

static void name_fund_figure(struct figures *figures, struct figure *figure, const struct surplus_fund *fund,
                             const char *use)
{
    for (int language = 0; language < LANGUAGES; language++)
        figure->name[language] =
            ID("%s, %s", fund ? fund->name : figure->what->name[language],
               use ? tr_name(language_code(language), use) : figure->what->name[language]);
}

static void add_funds(struct figures *figures, const struct report *report)
{
    for (size_t i = 0; i < report->fund_count; i++) {
        const struct report_fund *fund = &report->funds[i];
        const struct {
            const char *code;
            int64_t cents, euros;
        } shown[] = {
            {"fund_before", fund->before, fund->before_euros},
            {"fund_given", fund->given, fund->given_euros},
            {"fund_used", fund->used, fund->used_euros},
            {"fund_moved", fund->moved, fund->moved_euros},
            {"fund_left", fund->left, fund->left_euros},
            {"fund_committed", fund->committed, fund->committed_euros},
        };
        for (size_t j = 0; j < COUNT_OF(shown); j++) {
            if (!shown[j].cents && text_is(shown[j].code, "fund_moved"))
                continue;
            const char *id =
                ID("%s.fund.%s.%s", report->year.code, fund->fund->code, shown[j].code + strlen("fund_"));
            name_fund_figure(figures,
                             add_money(figures, id, published_find(report->published, shown[j].code),
                                       shown[j].cents, shown[j].euros),
                             fund->fund, NULL);
        }
        for (size_t j = 0; j < fund->use_count; j++) {
            const char *id = ID("%s.fund.%s.used.%s", report->year.code, fund->fund->code, fund->uses[j].use);
            name_fund_figure(figures,
                             add_money(figures, id, published_find(report->published, "fund_used"),
                                       fund->uses[j].cents, fund->uses[j].euros),
                             fund->fund, fund->uses[j].use);
        }
    }
}

static void add_people(struct figures *figures, const struct report *report,
                       const struct report_people *people)
{
    const struct published *what = published_find(report->published, "people");
    for (int row = 0; row <= people->table.rows; row++)
        for (int column = 0; column <= people->table.columns; column++) {
            const struct suppress_cell *cell = suppress_at(&people->table, row, column);
            const char *use = row < people->table.rows ? people->uses[row] : NULL;
            const struct surplus_fund *fund = column < people->table.columns ? people->funds[column] : NULL;
            if (cell->absent)
                continue;
            struct figure *figure = add(figures,
                                        ID("%s.people.%s.%s.%s", report->year.code, people->year,
                                           use ? use : "all", fund ? fund->code : "all"),
                                        FIGURE_PEOPLE, what);
            figure->hidden = cell->hidden;
            figure->value = cell->hidden ? 0 : cell->count; /* what is hidden goes no further than here */
            name_fund_figure(figures, figure, fund, use);
        }
}

void figures_add_report(struct figures *figures, const struct report *report)
{
    const char *year = report->year.code;
    const struct published_list *published = report->published;
    bool loss = report->result_cents < 0;
    add_parts(figures, year, "income", report->income, report->income_count);
    add_money(figures, ID("%s.income_total", year), published_find(published, "income_total"),
              report->income_cents, report->income_euros);
    add_parts(figures, year, "use", report->uses, report->use_count);
    add_money(figures, ID("%s.use_total", year), published_find(published, "use_total"), report->use_cents,
              report->use_euros);
    add_money(figures, ID("%s.result", year), published_find(published, loss ? "loss" : "surplus"),
              report->result_cents, report->result_euros);
    add(figures, ID("%s.result.of_one_euro", year), FIGURE_PART,
        published_find(published, loss ? "loss" : "surplus"))
        ->value = report->result_tenths;
    add_lines(figures, report);
    add_funds(figures, report);
    for (size_t i = 0; i < report->people_count; i++)
        add_people(figures, report, &report->people[i]);
}
