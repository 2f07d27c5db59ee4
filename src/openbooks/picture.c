/* The two pictures of a year: where its income went, and what became of the surplus, drawn larger. */
#include "base/arena.h"
#include "base/catalogue.h"
#include "base/number.h"
#include "base/text.h"
#include "base/tree.h"
#include "openbooks/report.h"

const char *euros_text(struct arena *arena, int64_t euros, int language)
{
    const char *digits = number_screen(arena, euros < 0 ? -euros : euros, 0, false, language_code(language));
    const char *sign = euros < 0 ? "−" : "";
    return language == FRENCH ? arena_printf(arena, "%s%s\u00a0€", sign, digits)
                              : arena_printf(arena, "%s€%s", sign, digits);
}

static int node(struct arena *arena, struct flow *flow, int column, const char *tone, const char *name,
                int64_t euros, int language)
{
    return flow_node(flow, column, tone, name, euros_text(arena, euros, language));
}

static int published_node(struct arena *arena, struct flow *flow, int column, const struct published *what,
                          int64_t euros, int language)
{
    return node(arena, flow, column, what->tone, what->name[language], euros, language);
}

struct tree *picture_year(struct arena *arena, const struct report *report, int language, bool narrow,
                          struct flow *ret_flow)
{
    static const struct flow_frame wide = {
        1000, 520, 3, {214, 460, 716}, {FLOW_LABEL_LEFT, FLOW_LABEL_ABOVE, FLOW_LABEL_RIGHT}, 42};
    static const struct flow_frame thin = {360, 620, 2, {2, 92}, {FLOW_LABEL_RIGHT, FLOW_LABEL_RIGHT}, 44};
    const struct published *total = published_find(report->published, "income_total");
    const struct published *loss = published_find(report->published, "loss"),
                           *surplus = published_find(report->published, "surplus");
    int column = narrow ? 0 : 1;
    *ret_flow = (struct flow){0};
    int middle =
        narrow ? flow_node(ret_flow, column, "main", "", "")
               : published_node(arena, ret_flow, column,
                                report->result_cents < 0 ? published_find(report->published, "use_total")
                                                         : total,
                                report->whole_euros, language);
    for (size_t i = 0; i < report->income_count && !narrow; i++)
        flow_link(
            ret_flow,
            published_node(arena, ret_flow, 0, report->income[i].what, report->income[i].euros, language),
            middle, report->income[i].cents);
    if (report->result_cents < 0 && !narrow)
        flow_link(ret_flow, published_node(arena, ret_flow, 0, loss, -report->result_euros, language), middle,
                  -report->result_cents);
    for (size_t i = 0; i < report->use_count; i++)
        flow_link(ret_flow, middle,
                  published_node(arena, ret_flow, column + 1, report->uses[i].what, report->uses[i].euros,
                                 language),
                  report->uses[i].cents);
    if (report->result_cents > 0)
        flow_link(ret_flow, middle,
                  published_node(arena, ret_flow, column + 1, surplus, report->result_euros, language),
                  report->result_cents);
    return flow_draw(arena, ret_flow, narrow ? &thin : &wide);
}

static const struct report_fund *fund_of(const struct report *report, const struct report_line *line)
{
    for (size_t i = 0; line->line && *line->line->fund && i < report->fund_count; i++)
        if (text_is(report->funds[i].fund->code, line->line->fund))
            return &report->funds[i];
    return NULL;
}

/* A fund that the allocation gave to: what else it had comes in beside, and its actions and what is left go
 * out. */
static void add_fund(struct arena *arena, const struct report *report, const struct report_fund *fund,
                     int from, int language, struct flow *flow)
{
    const struct published_list *published = report->published;
    const struct published *before = published_find(published, "fund_before"),
                           *left = published_find(published, "fund_left"),
                           *moved = published_find(published, "fund_moved");
    int64_t had = fund->before + fund->given - fund->share,
            had_euros = fund->before_euros + fund->given_euros - fund->share_euros;
    if (had > 0)
        flow_link(flow, published_node(arena, flow, 0, before, had_euros, language), from, had);
    for (size_t i = 0; i < fund->use_count; i++)
        flow_link(flow, from,
                  node(arena, flow, 2, "people", tr_name(language_code(language), fund->uses[i].use),
                       fund->uses[i].euros, language),
                  fund->uses[i].cents);
    flow_link(flow, from, published_node(arena, flow, 2, left, fund->left_euros, language), fund->left);
    if (fund->moved > 0)
        flow_link(flow, from, published_node(arena, flow, 2, moved, fund->moved_euros, language),
                  fund->moved);
}

struct tree *picture_surplus(struct arena *arena, const struct report *report, int language, bool narrow,
                             struct flow *ret_flow)
{
    static const struct flow_frame wide = {
        1000, 560, 3, {150, 470, 740}, {FLOW_LABEL_LEFT, FLOW_LABEL_LEFT, FLOW_LABEL_RIGHT}, 44};
    static const struct flow_frame thin = {360, 440, 2, {2, 92}, {FLOW_LABEL_RIGHT, FLOW_LABEL_RIGHT}, 44};
    const struct published *surplus = published_find(report->published, "surplus");
    *ret_flow = (struct flow){0};
    if (report->result_cents <= 0)
        return NULL;
    int start = narrow ? flow_node(ret_flow, 0, "kept", "", "")
                       : published_node(arena, ret_flow, 0, surplus, report->result_euros, language);
    int64_t sources = 0;
    for (size_t i = 0; i < report->line_count; i++)
        sources += report->lines[i].source ? report->lines[i].cents : 0;
    int other = sources ? published_node(arena, ret_flow, 0,
                                         published_find(report->published, "carried_used"), 0, language)
                        : -1;
    int64_t left = report->result_cents;
    for (size_t i = 0; i < report->line_count; i++) {
        const struct report_line *line = &report->lines[i];
        if (line->source)
            continue;
        int to = node(arena, ret_flow, 1, line->what->tone, line->name[language], line->euros, language);
        int64_t own =
            line->cents < left ? line->cents : left; /* the surplus first, then what earlier years left */
        flow_link(ret_flow, start, to, own);
        flow_link(ret_flow, other, to, line->cents - own);
        left -= own;
        if (fund_of(report, line) && !narrow)
            add_fund(arena, report, fund_of(report, line), to, language, ret_flow);
    }
    if (other >= 0)
        ret_flow->nodes[other].amount = euros_text(arena, (sources + 50) / 100, language);
    return flow_draw(arena, ret_flow, narrow ? &thin : &wide);
}
