#include "surplus/allocate.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/number.h"
#include "surplus/words.h"

enum { ONE = 1000000 };

struct computing {
    const struct allocation_basis *basis;
    const struct allocation_rules *rules;
    const struct allocation_asked *asked;
    const char *language;
    struct arena *arena;
    struct allocation *out;
    struct error *error;
    int64_t base; /* what is left of the surplus once losses are made good */
    int64_t left; /* of it, not yet allocated */
};

/* amount × ppm, up or down to the cent. Both from 0, ppm at most a few times ONE: fits, for ppm above ONE is only met
 * with the capital, and the result is cut to what a cent count holds. */
static int64_t part_of(int64_t amount, int64_t ppm, bool up)
{
    __int128 product = (__int128)amount * ppm + (up ? ONE - 1 : 0);
    __int128 part = product / ONE;
    return part > INT64_MAX ? INT64_MAX : (int64_t)part;
}

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static const char *money(struct computing *c, int64_t cents)
{
    return words_money(c->arena, c->language, cents);
}

static struct allocation_line *add_line(struct computing *c, const char *code, const char *account, int64_t amount,
                                        const struct allocation_rate *rests_on, const char *message)
{
    struct allocation_line *line = &c->out->lines[c->out->line_count++];
    *line = (struct allocation_line){.code = code,
                                     .account = account,
                                     .fund = "",
                                     .amount = amount,
                                     .least = -1,
                                     .most = -1,
                                     .article = rests_on && rests_on->article ? rests_on->article : "",
                                     .confirmed = !rests_on || rests_on->confirmed,
                                     .message = message};
    c->out->to_confirm |= !line->confirmed;
    c->left -= amount;
    return line;
}

static void argue(struct allocation_line *line, int at, enum allocation_argument kind, int64_t value)
{
    line->arguments[at].kind = kind;
    line->arguments[at].value = value;
}

static void not_confirmed(struct computing *c, struct allocation_line *line)
{
    line->confirmed = false;
    c->out->to_confirm = true;
}

static int refuse_less(struct computing *c, const char *field, int64_t asked, int64_t least, const char *article)
{
    return error_set(c->error, ERR_REFUSED, field, N_("{0} is too little here: the rules ask for at least {1} ({2})."),
                     money(c, asked), money(c, least), article, NULL);
}

/* --- lines that several kinds share --- */

static void add_losses(struct computing *c)
{
    int64_t absorbed = least_of(c->basis->result, c->basis->losses);
    c->base = c->left = c->basis->result;
    if (absorbed > 0) {
        struct allocation_line *line = add_line(c, "losses", "119", absorbed, &c->rules->losses_first,
                                                N_("Losses of earlier years still carried: {0}. They are made good first."));
        argue(line, 0, ARGUMENT_MONEY, c->basis->losses);
    }
    c->base = c->left;
}

static int add_legal(struct computing *c)
{
    const struct allocation_rules *rules = c->rules;
    int64_t compared = rules->legal_alone ? c->basis->legal_reserve : c->basis->reserves;
    if (compared < 0)
        compared = 0;
    int64_t missing = c->basis->capital > compared ? c->basis->capital - compared : 0;
    int64_t ppm = rules->statutes_legal > rules->legal.ppm ? rules->statutes_legal : rules->legal.ppm;
    int64_t share = part_of(c->base, ppm, true), least = least_of(share, missing);
    int64_t amount = c->asked->legal < 0 ? least : c->asked->legal;
    struct allocation_line *line;
    if (amount < least)
        return refuse_less(c, "legal", amount, least, rules->legal.article);
    if (amount > c->left)
        return error_set(c->error, ERR_REFUSED, "legal", N_("Only {0} is left to allocate here."), money(c, c->left), NULL);
    if (!missing) {
        line = add_line(c, "legal_reserve", "1061", amount, &rules->legal,
                        N_("The reserve stands at {0} and the capital is {1}: nothing more is asked."));
        argue(line, 0, ARGUMENT_MONEY, compared);
        argue(line, 1, ARGUMENT_MONEY, c->basis->capital);
    } else if (missing < share) {
        line = add_line(c, "legal_reserve", "1061", amount, &rules->legal,
                        N_("{0} of {1} would be {2}; only {3} is missing for the reserve to reach the capital."));
        argue(line, 0, ARGUMENT_RATE, ppm);
        argue(line, 1, ARGUMENT_MONEY, c->base);
        argue(line, 2, ARGUMENT_MONEY, share);
        argue(line, 3, ARGUMENT_MONEY, missing);
    } else {
        line = add_line(c, "legal_reserve", "1061", amount, &rules->legal,
                        N_("At least {0} of {1}: the reserve stands at {2} and has not reached the capital, {3}."));
        argue(line, 0, ARGUMENT_RATE, ppm);
        argue(line, 1, ARGUMENT_MONEY, c->base);
        argue(line, 2, ARGUMENT_MONEY, compared);
        argue(line, 3, ARGUMENT_MONEY, c->basis->capital);
    }
    line->least = least;
    if (!rules->threshold_confirmed)
        not_confirmed(c, line);
    return 0;
}

static int add_gifts(struct computing *c)
{
    static const struct allocation_rate nothing = {.confirmed = true, .article = ""};
    if (c->asked->gift_count > ALLOCATION_GIFTS_MAX)
        return error_set(c->error, ERR_REFUSED, "funds", N_("There are too many lines: at most {0}."), "32", NULL);
    for (size_t i = 0; i < c->asked->gift_count; i++) {
        const struct allocation_gift *gift = &c->asked->gifts[i];
        if (gift->amount <= 0)
            return error_set(c->error, ERR_REFUSED, "funds", N_("What a fund is given is above zero."), NULL);
        if (gift->amount > c->left)
            return error_set(c->error, ERR_REFUSED, "funds", N_("Only {0} is left to allocate here."), money(c, c->left), NULL);
        add_line(c, "fund", gift->account, gift->amount, &nothing, N_("A reserve for this purpose, as the assembly decides."))
            ->fund = gift->fund;
    }
    return 0;
}

static int add_carried(struct computing *c)
{
    int64_t amount = c->asked->carried < 0 ? 0 : c->asked->carried;
    if (!amount)
        return 0;
    if (!c->rules->carry.ppm)
        return error_set(c->error, ERR_REFUSED, "carried",
                         N_("A cooperative's surplus is not carried forward: it goes to reserves ({0})."),
                         c->rules->carry.article, NULL);
    if (amount > c->left)
        return error_set(c->error, ERR_REFUSED, "carried", N_("Only {0} is left to allocate here."), money(c, c->left), NULL);
    add_line(c, "carried_forward", "110", amount, &c->rules->carry, N_("Kept for the year to come."));
    return 0;
}

/* Interest never goes above the capital's cap, nor above `room`, whose sentence tells how it was counted. */
static int add_interest(struct computing *c, int64_t room, const struct allocation_rate *room_rests_on, const char *message,
                        int64_t first, int64_t second)
{
    const struct allocation_rules *rules = c->rules;
    int64_t amount = c->asked->interest < 0 ? 0 : c->asked->interest, most = room;
    int64_t ppm = rules->mean.ppm + rules->margin.ppm;
    int64_t cap = ppm > 0 && c->basis->capital > 0 ? part_of(c->basis->capital, ppm, false) : 0;
    bool capped = rules->mean.found && cap < room;
    struct allocation_line *line;
    if (amount > room)
        return error_set(c->error, ERR_REFUSED, "interest", N_("{0} of interest is too much: at most {1} may be paid ({2})."),
                         money(c, amount), money(c, room), room_rests_on->article, NULL);
    if (amount && !rules->mean.found)
        return error_set(c->error, ERR_REFUSED, "mean_rate",
                         N_("The mean bond rate of the three calendar years before the assembly is not known here: give it ({0})."),
                         rules->margin.article, NULL);
    if (capped && amount > cap)
        return error_set(c->error, ERR_REFUSED, "interest", N_("{0} of interest is too much: at most {1} may be paid ({2})."),
                         money(c, amount), money(c, cap), rules->margin.article, NULL);
    if (capped) {
        most = cap;
        line = add_line(c, "interest", "457", amount, &rules->margin,
                        N_("At most {0}: {1} of the capital of {2}, the mean bond rate of three years plus {3}."));
        argue(line, 0, ARGUMENT_MONEY, cap);
        argue(line, 1, ARGUMENT_RATE, ppm);
        argue(line, 2, ARGUMENT_MONEY, c->basis->capital);
        argue(line, 3, ARGUMENT_RATE, rules->margin.ppm);
    } else {
        line = add_line(c, "interest", "457", amount, room_rests_on, message);
        argue(line, 0, ARGUMENT_MONEY, room);
        argue(line, 1, ARGUMENT_MONEY, first);
        argue(line, 2, ARGUMENT_MONEY, second);
    }
    line->most = most;
    if (!rules->mean.found || !rules->mean.confirmed || !rules->margin.confirmed)
        not_confirmed(c, line);
    return 0;
}

/* What nobody asked to go elsewhere comes to `line`; when a figure was asked for it, nothing may remain. */
static int take_rest(struct computing *c, struct allocation_line *line, const char *field, bool was_asked)
{
    if (was_asked && c->left)
        return error_set(c->error, ERR_REFUSED, field, N_("{0} is not allocated yet: add it here, or give it to a fund."),
                         money(c, c->left), NULL);
    line->amount += c->left;
    c->left = 0;
    return line->amount < line->least ? refuse_less(c, field, line->amount, line->least, line->article) : 0;
}

/* A line whose amount is settled last; what was asked is taken off what is left now. */
static int open_rest(struct computing *c, const char *code, const char *account, int64_t asked, const char *field,
                     const struct allocation_rate *rests_on, const char *message, struct allocation_line **ret_line)
{
    int64_t amount = asked < 0 ? 0 : asked;
    if (amount > c->left)
        return error_set(c->error, ERR_REFUSED, field, N_("Only {0} is left to allocate here."), money(c, c->left), NULL);
    *ret_line = add_line(c, code, account, amount, rests_on, message);
    return 0;
}

static int refuse_foreign(struct computing *c, int64_t asked, const char *field, const char *article)
{
    if (asked <= 0)
        return 0;
    return error_set(c->error, ERR_REFUSED, field, N_("This has no place in the allocation of such an organisation ({0})."), article,
                     NULL);
}

/* --- the three kinds --- */

static int compute_scic(struct computing *c)
{
    const struct allocation_rules *rules = c->rules;
    int64_t ppm = rules->statutes_statutory > rules->statutory.ppm ? rules->statutes_statutory : rules->statutory.ppm;
    struct allocation_line *statutory;
    int code = refuse_foreign(c, c->asked->employees, "employees_share", rules->statutory.article);
    if (!code)
        code = refuse_foreign(c, c->asked->development, "development", rules->statutory.article);
    if (!code)
        code = add_legal(c);
    if (code)
        return code;
    int64_t rest = c->left, least = part_of(rest, ppm, true), free = rest - least;
    int64_t subsidies = rules->subsidies.ppm ? c->basis->subsidies : 0;
    int64_t room = free > subsidies ? free - subsidies : 0;
    if (c->asked->statutory >= 0 && c->asked->statutory < least)
        return refuse_less(c, "statutory", c->asked->statutory, least, rules->statutory.article);
    code = open_rest(c, "statutory_reserve", "1063", c->asked->statutory, "statutory", &rules->statutory,
                     N_("{1} remain after the legal reserve. At least {0} of it, {2}, goes here, and with it whatever goes nowhere else."),
                     &statutory);
    if (code)
        return code;
    argue(statutory, 0, ARGUMENT_RATE, ppm);
    argue(statutory, 1, ARGUMENT_MONEY, rest);
    argue(statutory, 2, ARGUMENT_MONEY, least);
    statutory->least = least;
    code = add_interest(c, room, &rules->subsidies, N_("At most {0}: {1} remain after both reserves, less public subsidies of {2}."),
                        free, subsidies);
    if (!code)
        code = add_gifts(c);
    if (!code)
        code = add_carried(c);
    return code ? code : take_rest(c, statutory, "statutory", c->asked->statutory >= 0);
}

static int compute_scop(struct computing *c)
{
    const struct allocation_rules *rules = c->rules;
    int64_t employees_least = part_of(c->base, rules->employees.ppm, true);
    int64_t employees = c->asked->employees < 0 ? employees_least : c->asked->employees;
    int64_t development_least = part_of(c->base, rules->development.ppm, true);
    struct allocation_line *development, *line;
    int code = refuse_foreign(c, c->asked->statutory, "statutory", rules->development.article);
    if (!code)
        code = add_legal(c);
    if (code)
        return code;
    if (employees < employees_least)
        return refuse_less(c, "employees_share", employees, employees_least, rules->employees.article);
    if (employees > c->left)
        return error_set(c->error, ERR_REFUSED, "employees_share", N_("Only {0} is left to allocate here."), money(c, c->left), NULL);
    line = add_line(c, "employees_share", "424", employees, &rules->employees, N_("At least {0} of {1} goes to all employees."));
    argue(line, 0, ARGUMENT_RATE, rules->employees.ppm);
    argue(line, 1, ARGUMENT_MONEY, c->base);
    line->least = employees_least;
    code = open_rest(c, "development_fund", "1063", c->asked->development, "development", &rules->development,
                     N_("At least {0} of {1}, and with it whatever goes nowhere else."), &development);
    if (code)
        return code;
    argue(development, 0, ARGUMENT_RATE, rules->development.ppm);
    argue(development, 1, ARGUMENT_MONEY, c->base);
    development->least = development_least;
    int64_t legal = c->out->lines[development - c->out->lines - 2].amount;
    /* Where nothing was asked for the fund, each euro of interest is one less of it: half of what is open is the most. */
    int64_t open = legal + development->amount;
    if (c->asked->development < 0) {
        open = legal + c->left;
        for (size_t i = 0; i < c->asked->gift_count; i++)
            open -= c->asked->gifts[i].amount > 0 ? least_of(open, c->asked->gifts[i].amount) : 0;
    }
    int64_t reserves = c->asked->development < 0 ? open / 2 : open;
    int64_t room = least_of(reserves, employees);
    code = add_interest(c, room, &rules->reserves_interest,
                        N_("At most {0}: no more than both reserves, {1}, nor than the employees’ share, {2}."), reserves, employees);
    if (!code)
        code = add_gifts(c);
    if (!code)
        code = add_carried(c);
    return code ? code : take_rest(c, development, "development", c->asked->development >= 0);
}

static int compute_association(struct computing *c)
{
    static const struct allocation_rate nothing = {.confirmed = true, .article = ""};
    const char *article = c->rules->sharing.article;
    struct allocation_line *carried;
    int code = refuse_foreign(c, c->asked->interest, "interest", article);
    if (!code)
        code = refuse_foreign(c, c->asked->employees, "employees_share", article);
    if (!code)
        code = refuse_foreign(c, c->asked->legal, "legal", article);
    if (!code)
        code = refuse_foreign(c, c->asked->development, "development", article);
    if (code)
        return code;
    if (c->asked->statutory > c->left)
        return error_set(c->error, ERR_REFUSED, "statutory", N_("Only {0} is left to allocate here."), money(c, c->left), NULL);
    if (c->asked->statutory > 0)
        add_line(c, "statutory_reserve", "1063", c->asked->statutory, &nothing, N_("As the statutes or the assembly ask."));
    code = add_gifts(c);
    if (!code)
        code = open_rest(c, "carried_forward", "110", c->asked->carried, "carried", &c->rules->sharing,
                         N_("Kept for the years to come: an association shares nothing among its members."), &carried);
    return code ? code : take_rest(c, carried, "carried", c->asked->carried >= 0);
}

/* A loss: what was carried forward makes it good first, the rest is carried as a loss. Nothing else may be asked. */
static int compute_loss(struct computing *c)
{
    const struct allocation_asked *asked = c->asked;
    int64_t loss = -c->basis->result, used = least_of(loss, c->basis->carried);
    if (asked->legal > 0 || asked->statutory > 0 || asked->development > 0 || asked->employees > 0 || asked->interest > 0 ||
        asked->carried > 0 || asked->gift_count)
        return error_set(c->error, ERR_REFUSED, "", N_("The year closed with a loss: there is nothing to allocate ({0})."),
                         c->rules->losses_first.article, NULL);
    if (used > 0) {
        struct allocation_line *line = add_line(c, "carried_used", "110", used, &c->rules->losses_first,
                                                N_("Surplus of earlier years carried forward, {0}, makes good the loss first."));
        argue(line, 0, ARGUMENT_MONEY, c->basis->carried);
    }
    if (loss > used) {
        struct allocation_line *line = add_line(c, "loss_carried", "119", loss - used, &c->rules->losses_first,
                                                N_("Carried forward: the surplus of the years to come makes it good first."));
        argue(line, 0, ARGUMENT_MONEY, loss);
    }
    return 0;
}

int allocation_compute(const struct allocation_basis *basis, const struct allocation_rules *rules,
                       const struct allocation_asked *asked, const char *language, struct arena *arena,
                       struct allocation *ret_allocation, struct error *error)
{
    struct computing c = {basis, rules, asked, language, arena, ret_allocation, error, 0, 0};
    *ret_allocation = (struct allocation){0};
    if (basis->result == INT64_MIN)
        return error_set(error, ERR_REFUSED, "", N_("This figure is too large."), NULL);
    if (basis->result < 0)
        return compute_loss(&c);
    add_losses(&c);
    if (basis->kind == ALLOCATION_SCIC)
        return compute_scic(&c);
    return basis->kind == ALLOCATION_SCOP ? compute_scop(&c) : compute_association(&c);
}
