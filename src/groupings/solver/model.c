#include "model.h"

#include "cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool member_fits_reserved(const struct grouping_member *member, enum grouping_reserved reserved)
{
    enum { SIAE = 1 << KIND_EI | 1 << KIND_ACI | 1 << KIND_AI | 1 << KIND_ETTI };
    enum { SHELTERED = 1 << KIND_EA | 1 << KIND_ESAT };
    unsigned kind = 1u << member->kind;

    switch (reserved) {
    case RESERVED_NONE:
        return true;
    case RESERVED_SIAE:
        return kind & SIAE;
    case RESERVED_EA_ESAT:
        return kind & SHELTERED;
    case RESERVED_SIAE_EA:
        return kind & (SIAE | SHELTERED);
    case RESERVED_PRISON_WORK:
        return member->prison_work;
    case RESERVED_ESS:
        return member->kind != KIND_OTHER;
    default:
        return false;
    }
}

bool member_serves_place(const struct grouping_offer *offer, int32_t place)
{
    for (size_t i = 0; i < offer->place_count; i++) {
        if (offer->places[i] == place)
            return true;
    }
    return false;
}

bool member_holds(const struct grouping_member *member, const int32_t *accreditations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < member->accreditation_count && member->accreditations[k] != accreditations[i])
            k++;
        if (k == member->accreditation_count)
            return false;
    }
    return true;
}

double member_unit_score(const struct grouping_instance *instance, const struct grouping_member *member,
                         const struct grouping_requirement *requirement, int64_t price_cents)
{
    double bonus = instance->weight_quality * member->quality + instance->weight_social * member->social;
    return (double)price_cents -
           (double)requirement->reference_unit_price_cents * bonus / (100.0 * instance->weight_price);
}

double lot_coordination(const struct grouping_lot *lot, size_t member)
{
    return (double)(lot->member_coordination_cents ? lot->member_coordination_cents[member]
                                                   : lot->coordination_cents);
}

/* ---- validation: every number in its range, every index inside its array ---- */

static bool amount_is_valid(int64_t amount)
{
    return amount >= 0 && amount <= GROUPING_AMOUNT_MAX;
}

static bool number_is_valid(double number, double most)
{
    return isfinite(number) && number >= 0 && number <= most;
}

static bool member_is_valid(const struct grouping_member *member)
{
    if ((unsigned)member->kind >= KIND_COUNT || !amount_is_valid(member->turnover_cents) ||
        !amount_is_valid(member->turnover_limit_cents) || !amount_is_valid(member->opening_cents) ||
        !number_is_valid(member->quality, 1000) || !number_is_valid(member->social, 1000))
        return false;
    for (size_t i = 0; i < member->offer_count; i++) {
        const struct grouping_offer *offer = &member->offers[i];
        if (!number_is_valid(offer->capacity, (double)GROUPING_AMOUNT_MAX) ||
            !amount_is_valid(offer->unit_price_cents))
            return false;
        for (size_t k = 0; k < i; k++) {
            if (member->offers[k].function == offer->function)
                return false;
        }
    }
    return true;
}

static bool lot_is_valid(const struct grouping_lot *lot, size_t member_count)
{
    if (lot->worth_cents > GROUPING_AMOUNT_MAX || lot->worth_cents < -GROUPING_AMOUNT_MAX ||
        !amount_is_valid(lot->coordination_cents) || !amount_is_valid(lot->required_turnover_cents) ||
        lot->max_members < 0 || lot->min_share_permille < 1 || lot->min_share_permille > 1000 ||
        (unsigned)lot->reserved >= RESERVED_COUNT)
        return false;
    for (size_t i = 0; i < lot->requirement_count; i++) {
        if (!number_is_valid(lot->requirements[i].quantity, (double)GROUPING_AMOUNT_MAX) ||
            !amount_is_valid(lot->requirements[i].reference_unit_price_cents))
            return false;
    }
    for (size_t m = 0; lot->member_coordination_cents && m < member_count; m++) {
        if (!amount_is_valid(lot->member_coordination_cents[m]))
            return false;
    }
    return true;
}

static enum grouping_error validate_input(const struct grouping_instance *instance,
                                          const struct grouping_options *options)
{
    if (instance->member_count > INT32_MAX / 64 || instance->lot_count > INT32_MAX / 64 ||
        instance->max_lots < -1 || !number_is_valid(instance->weight_quality, 1e9) ||
        !number_is_valid(instance->weight_social, 1e9) || !number_is_valid(instance->weight_price, 1e9) ||
        instance->weight_price < 1)
        return GROUPING_BAD_INSTANCE;
    for (size_t m = 0; m < instance->member_count; m++) {
        if (!member_is_valid(&instance->members[m]))
            return GROUPING_BAD_INSTANCE;
    }
    for (size_t l = 0; l < instance->lot_count; l++) {
        if (!lot_is_valid(&instance->lots[l], instance->member_count))
            return GROUPING_BAD_INSTANCE;
    }
    if (!(options->seconds >= 0) || !(options->gap >= 0) || options->max_group < 0 ||
        options->max_members < 0)
        return GROUPING_BAD_OPTIONS;
    for (size_t i = 0; i < options->wish_count; i++) {
        const struct grouping_wish *wish = &options->wishes[i];
        if (wish->member < 0 || (size_t)wish->member >= instance->member_count || wish->lot < -1 ||
            wish->lot >= (int64_t)instance->lot_count)
            return GROUPING_BAD_OPTIONS;
    }
    return GROUPING_OK;
}

/* ---- rows ---- */

static enum grouping_error model_number_slots(struct model *model)
{
    const struct grouping_instance *instance = model->instance;
    size_t count = 0;

    for (size_t m = 0; m < instance->member_count; m++)
        count += instance->members[m].offer_count;
    model->member_slots = calloc(instance->member_count + 1, sizeof *model->member_slots);
    model->slot_member = calloc(count + 1, sizeof *model->slot_member);
    if (!model->member_slots || !model->slot_member)
        return GROUPING_NO_MEMORY;
    for (size_t m = 0; m < instance->member_count; m++) {
        model->member_slots[m] = model->slot_count;
        for (size_t k = 0; k < instance->members[m].offer_count; k++)
            model->slot_member[model->slot_count++] = (int32_t)m;
    }
    model->member_slots[instance->member_count] = model->slot_count;
    return GROUPING_OK;
}

/* A member met in one lot only pays its opening there, unless distinct members are counted. */
static enum grouping_error model_number_openings(struct model *model, bool count_members)
{
    int32_t *lots_of = calloc((size_t)model->member_count + 1, sizeof *lots_of);
    int32_t rows = 0;

    if (!lots_of)
        return GROUPING_NO_MEMORY;
    for (int32_t l = 0; l < model->lot_count; l++) {
        for (int32_t c = 0; c < model->lots[l].candidate_count; c++)
            lots_of[model->lots[l].candidates[c].member] += !model->lots[l].impossible;
    }
    for (int32_t l = 0; l < model->lot_count; l++) {
        for (int32_t c = 0; c < model->lots[l].candidate_count; c++) {
            struct candidate *candidate = &model->lots[l].candidates[c];
            double cost = (double)model->instance->members[candidate->member].opening_cents;
            if (lots_of[candidate->member] <= 1 && !count_members)
                candidate->coordination += cost;
            else if ((cost > 0 || count_members) && !model->lots[l].impossible)
                candidate->opening_row = rows++;
        }
    }
    free(lots_of);
    model->opening_count = rows;
    model->opening_opener = calloc((size_t)rows + 1, sizeof *model->opening_opener);
    model->openers =
        calloc((size_t)(rows < model->member_count ? rows : model->member_count) + 1, sizeof *model->openers);
    model->member_opener = malloc(((size_t)model->member_count + 1) * sizeof *model->member_opener);
    if (!model->opening_opener || !model->openers || !model->member_opener)
        return GROUPING_NO_MEMORY;
    for (int32_t m = 0; m < model->member_count; m++)
        model->member_opener[m] = -1;
    return GROUPING_OK;
}

static void model_place_openings(struct model *model)
{
    for (int32_t l = 0; l < model->lot_count; l++) {
        for (int32_t c = 0; c < model->lots[l].candidate_count; c++) {
            struct candidate *candidate = &model->lots[l].candidates[c];
            int32_t *opener = &model->member_opener[candidate->member];
            if (candidate->opening_row < 0)
                continue;
            if (*opener < 0) {
                *opener = model->opener_count++;
                model->openers[*opener] = (struct opener){
                    .member = candidate->member,
                    .cost = (double)model->instance->members[candidate->member].opening_cents};
            }
            model->opening_opener[candidate->opening_row] = *opener;
            candidate->opening_row += model->opening_row;
        }
    }
}

static enum grouping_error model_number_pins(struct model *model, const struct grouping_options *options)
{
    model->pin_member = calloc(options->wish_count + 1, sizeof *model->pin_member);
    model->member_pin = malloc(((size_t)model->member_count + 1) * sizeof *model->member_pin);
    if (!model->pin_member || !model->member_pin)
        return GROUPING_NO_MEMORY;
    for (int32_t m = 0; m < model->member_count; m++)
        model->member_pin[m] = -1;
    for (size_t i = 0; i < options->wish_count; i++) {
        const struct grouping_wish *wish = &options->wishes[i];
        if (wish->rule == GROUPING_PIN && wish->lot < 0 && model->member_pin[wish->member] < 0) {
            model->member_pin[wish->member] = model->pin_count;
            model->pin_member[model->pin_count++] = wish->member;
        }
    }
    return GROUPING_OK;
}

static enum grouping_error model_number_rows(struct model *model, const struct grouping_options *options)
{
    const struct grouping_instance *instance = model->instance;
    bool count_members = options->max_members > 0;
    enum grouping_error error = model_number_openings(model, count_members);

    if (!error)
        error = model_number_pins(model, options);
    if (error)
        return error;
    model->turnover_row = model->slot_count;
    int32_t row = model->slot_count + model->member_count;
    model->lots_row = instance->max_lots >= 0 && instance->max_lots < model->lot_count ? row++ : -1;
    model->members_row = count_members ? row++ : -1;
    model->opening_row = row;
    row += model->opening_count;
    model->pin_row = row;
    row += model->pin_count;
    model->row_count = row;
    model->price_count = row + CUT_MAX;
    model_place_openings(model);
    for (int32_t m = 0; m < model->member_count; m++)
        model->member_pin[m] += model->member_pin[m] >= 0 ? model->pin_row : 0;
    model->right = calloc((size_t)row + 1, sizeof *model->right);
    if (!model->right)
        return GROUPING_NO_MEMORY;
    for (int32_t m = 0; m < model->member_count; m++) {
        for (size_t k = 0; k < instance->members[m].offer_count; k++)
            model->right[model->member_slots[m] + (int32_t)k] = instance->members[m].offers[k].capacity;
        model->right[model->turnover_row + m] = (double)instance->members[m].turnover_limit_cents;
    }
    if (model->lots_row >= 0)
        model->right[model->lots_row] = (double)instance->max_lots;
    if (model->members_row >= 0)
        model->right[model->members_row] = options->max_members;
    for (int32_t i = 0; i < model->pin_count; i++)
        model->right[model->pin_row + i] = -1;
    return GROUPING_OK;
}

/* The worst that answering the lot can score. */
static double lot_least(const struct lot *lot)
{
    double least = lot->worth, coordination = 0;
    for (int32_t r = 0; r < lot->requirement_count; r++) {
        double worst = 0;
        for (int32_t a = 0; a < lot->arc_count; a++) {
            if (lot->arcs[a].requirement == r)
                worst = fmax(worst, lot->arcs[a].score);
        }
        least -= worst * lot->quantity[r];
    }
    for (int32_t c = 0; c < lot->candidate_count; c++)
        coordination = fmax(coordination, lot->candidates[c].coordination);
    return lot->impossible ? 0 : least - coordination * lot->max_group;
}

static void model_measure(struct model *model)
{
    for (int32_t l = 0; l < model->lot_count; l++) {
        const struct lot *lot = &model->lots[l];
        model->scale += lot->impossible ? 0 : fabs(lot->worth);
        for (int32_t c = 0; c < lot->candidate_count; c++) {
            if (lot->candidates[c].count > model->max_arcs)
                model->max_arcs = lot->candidates[c].count;
        }
    }
    model->scale = fmax(model->scale, 1);
    for (int32_t o = 0; o < model->opener_count; o++)
        model->least -= model->openers[o].cost;
    for (int32_t l = 0; l < model->lot_count; l++)
        model->least += fmin(0, lot_least(&model->lots[l]));
    model->least -= 1 + 1e-6 * (fabs(model->least) + model->scale);
    model->big = 10 * (model->scale - model->least);
}

enum grouping_error model_new(const struct grouping_instance *instance,
                              const struct grouping_options *options, struct model **ret_model)
{
    *ret_model = NULL;
    enum grouping_error error = validate_input(instance, options);
    if (error)
        return error;
    struct model *model = calloc(1, sizeof *model);
    if (!model)
        return GROUPING_NO_MEMORY;
    model->instance = instance;
    model->member_count = (int32_t)instance->member_count;
    model->lots = calloc(instance->lot_count + 1, sizeof *model->lots);
    error = model->lots ? model_number_slots(model) : GROUPING_NO_MEMORY;
    for (size_t l = 0; !error && l < instance->lot_count; l++) {
        error = lot_prepare(model, &model->lots[l], l, options);
        model->lot_count++;
    }
    if (!error)
        error = model_number_rows(model, options);
    if (!error) {
        model->cuts = cut_set_new(model->lot_count, model->opener_count);
        error = model->cuts ? GROUPING_OK : GROUPING_NO_MEMORY;
    }
    if (error) {
        model_free(model);
        return error;
    }
    model_measure(model);
    *ret_model = model;
    return GROUPING_OK;
}

void model_free(struct model *model)
{
    if (!model)
        return;
    for (int32_t l = 0; l < model->lot_count; l++) {
        free(model->lots[l].requirements);
        free(model->lots[l].quantity);
        free(model->lots[l].offered);
        free(model->lots[l].candidates);
        free(model->lots[l].arcs);
    }
    cut_set_free(model->cuts);
    free(model->lots);
    free(model->member_slots);
    free(model->slot_member);
    free(model->right);
    free(model->opening_opener);
    free(model->pin_member);
    free(model->member_pin);
    free(model->member_opener);
    free(model->openers);
    free(model);
}
