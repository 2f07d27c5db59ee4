#include "instance_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct grouping_file {
    struct grouping_instance instance;
    const char **member_ids, **lot_ids, **words;
    const char ***requirement_ids;                 /* by lot */
    json_t *member_index, *lot_index, *word_index; /* name -> number */
    void **blocks;
    size_t block_count, block_capacity;
};

/* Where the reader is: the path so far, and the first thing found wrong. */
struct reader {
    struct grouping_file *file;
    int format;
    char path[160];
    size_t length;
    char *message;
    bool failed;
};

static void fail(struct reader *r, const char *field, const char *format, ...)
{
    if (r->failed)
        return;
    r->failed = true;
    int n =
        snprintf(r->message, GROUPING_MESSAGE, "%s%s%s: ", r->path,
                 r->length && *field && *field != '[' ? "." : "", *field || r->length ? field : "instance");
    if (n < 0 || n >= GROUPING_MESSAGE)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(r->message + n, (size_t)(GROUPING_MESSAGE - n), format, arguments);
    va_end(arguments);
}

/* Enters "name[index]" and returns what to give to path_leave. */
static size_t path_enter(struct reader *r, const char *name, size_t index)
{
    size_t before = r->length;
    int n = snprintf(r->path + r->length, sizeof r->path - r->length, "%s%s[%zu]", r->length ? "." : "", name,
                     index);
    r->length += n > 0 && (size_t)n < sizeof r->path - r->length ? (size_t)n : 0;
    return before;
}

static void path_leave(struct reader *r, size_t before)
{
    r->length = before;
    r->path[before] = 0;
}

/* Memory that lives as long as the file. */
static void *take(struct reader *r, size_t count, size_t size)
{
    struct grouping_file *file = r->file;
    if (file->block_count == file->block_capacity) {
        size_t capacity = file->block_capacity ? 2 * file->block_capacity : 256;
        void **blocks = realloc(file->blocks, capacity * sizeof *blocks);
        if (!blocks) {
            fail(r, "", "no memory");
            return NULL;
        }
        file->blocks = blocks;
        file->block_capacity = capacity;
    }
    void *block = calloc(count + 1, size);
    if (!block)
        fail(r, "", "no memory");
    else
        file->blocks[file->block_count++] = block;
    return block;
}

static const char *take_string(struct reader *r, const char *text)
{
    char *copy = take(r, strlen(text) + 1, 1);
    return copy ? strcpy(copy, text) : NULL;
}

/* ---- fields ---- */

static const json_t *get(struct reader *r, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);
    if (!value)
        fail(r, field, "is missing");
    return value;
}

static const char *read_string(struct reader *r, const json_t *object, const char *field)
{
    const json_t *value = get(r, object, field);
    if (value && (!json_is_string(value) || json_string_length(value) == 0 ||
                  json_string_length(value) != strlen(json_string_value(value))))
        fail(r, field, "must be a text that is not empty");
    return r->failed ? "" : json_string_value(value);
}

static int64_t check_amount(struct reader *r, const json_t *value, const char *field, int64_t least,
                            int64_t most)
{
    bool whole_real = json_is_real(value) && floor(json_real_value(value)) == json_real_value(value) &&
                      fabs(json_real_value(value)) <= 9e15;
    if (!json_is_integer(value) && !whole_real) {
        fail(r, field, "must be a whole number");
        return 0;
    }
    int64_t number =
        json_is_integer(value) ? (int64_t)json_integer_value(value) : (int64_t)json_real_value(value);
    if (number < least)
        fail(r, field, least == -GROUPING_AMOUNT_MAX ? "must be from -2^50" : "must be from %lld",
             (long long)least);
    else if (number > most)
        fail(r, field, most == GROUPING_AMOUNT_MAX ? "must be at most 2^50" : "must be at most %lld",
             (long long)most);
    return number;
}

static int64_t read_amount(struct reader *r, const json_t *object, const char *field, int64_t least,
                           int64_t most)
{
    const json_t *value = get(r, object, field);
    return value ? check_amount(r, value, field, least, most) : 0;
}

static double read_number(struct reader *r, const json_t *object, const char *field, double least,
                          double most)
{
    const json_t *value = get(r, object, field);
    double number = 0;
    if (value && !json_is_number(value))
        fail(r, field, "must be a number");
    else if (value)
        number = json_number_value(value);
    if (!isfinite(number))
        fail(r, field, "must be a finite number");
    else if (value && number < least)
        fail(r, field, "must be from %g", least);
    else if (number > most)
        fail(r, field, most == (double)GROUPING_AMOUNT_MAX ? "must be at most 2^50" : "must be at most %g",
             most);
    return number;
}

static bool read_bool(struct reader *r, const json_t *object, const char *field, bool required)
{
    const json_t *value = required ? get(r, object, field) : json_object_get(object, field);
    if (value && !json_is_boolean(value))
        fail(r, field, "must be true or false");
    return json_is_true(value);
}

static const json_t *read_array(struct reader *r, const json_t *object, const char *field)
{
    const json_t *value = get(r, object, field);
    if (value && !json_is_array(value))
        fail(r, field, "must be a list");
    else if (value && json_array_size(value) > 1000000)
        fail(r, field, "is longer than 1000000");
    return r->failed ? NULL : value;
}

static bool need_object(struct reader *r, const json_t *value)
{
    if (!json_is_object(value))
        fail(r, "", "must be an object");
    return !r->failed;
}

/* Number of a word (function, place, accreditation). */
static int32_t word_code(struct reader *r, const char *word)
{
    json_t *known = json_object_get(r->file->word_index, word);
    if (known)
        return (int32_t)json_integer_value(known);
    size_t code = json_object_size(r->file->word_index);
    if (json_object_set_new(r->file->word_index, word, json_integer((json_int_t)code)) != 0)
        fail(r, "", "no memory or broken text");
    return (int32_t)code;
}

static const int32_t *read_words(struct reader *r, const json_t *object, const char *field, size_t *ret_count)
{
    const json_t *list = read_array(r, object, field);
    size_t count = list ? json_array_size(list) : 0;
    int32_t *codes = take(r, count, sizeof *codes);

    *ret_count = 0;
    for (size_t i = 0; codes && i < count && !r->failed; i++) {
        const json_t *word = json_array_get(list, i);
        if (!json_is_string(word)) {
            path_enter(r, field, i);
            fail(r, "", "must be a text");
        } else {
            codes[(*ret_count)++] = word_code(r, json_string_value(word));
        }
    }
    return codes;
}

/* Registers an id; refuses one that stands twice. */
static const char *read_id(struct reader *r, const json_t *object, json_t *index)
{
    const char *id = read_string(r, object, "id");
    if (r->failed)
        return NULL;
    if (json_object_get(index, id))
        fail(r, "id", "\"%.60s\" stands twice", id);
    else if (json_object_set_new(index, id, json_integer((json_int_t)json_object_size(index))) != 0)
        fail(r, "id", "no memory or broken text");
    return take_string(r, id);
}

/* ---- members ---- */

static enum grouping_kind kind_from_name(const char *name)
{
    static const char *const names[KIND_OTHER] = {
        "scic", "scop", "association", "mutuelle", "foundation", "ei", "aci", "ai", "etti", "ea", "esat"};
    for (int k = 0; k < KIND_OTHER; k++) {
        if (strcmp(name, names[k]) == 0)
            return (enum grouping_kind)k;
    }
    return KIND_OTHER;
}

static void read_offers(struct reader *r, const json_t *object, struct grouping_member *member)
{
    const json_t *list = read_array(r, object, "offers");
    size_t count = list ? json_array_size(list) : 0;
    struct grouping_offer *offers = take(r, count, sizeof *offers);

    member->offers = offers;
    for (size_t i = 0; offers && i < count && !r->failed; i++) {
        const json_t *source = json_array_get(list, i);
        size_t before = path_enter(r, "offers", i);
        if (!need_object(r, source))
            return;
        offers[i].function = word_code(r, read_string(r, source, "function"));
        offers[i].capacity = read_number(r, source, "capacity", 0, (double)GROUPING_AMOUNT_MAX);
        offers[i].unit_price_cents = read_amount(r, source, "unit_price_cents", 0, GROUPING_AMOUNT_MAX);
        offers[i].places = read_words(r, source, "places", &offers[i].place_count);
        for (size_t k = 0; k < i; k++) {
            if (offers[k].function == offers[i].function)
                fail(r, "function", "one offer for each function");
        }
        member->offer_count++;
        if (r->failed)
            return;
        path_leave(r, before);
    }
}

static void read_member(struct reader *r, const json_t *source, struct grouping_member *member)
{
    member->kind = kind_from_name(read_string(r, source, "kind"));
    member->can_lead = read_bool(r, source, "can_lead", true);
    member->prison_work = read_bool(r, source, "prison_work", false);
    member->turnover_cents = read_amount(r, source, "turnover_cents", 0, GROUPING_AMOUNT_MAX);
    member->turnover_limit_cents = read_amount(r, source, "turnover_limit_cents", 0, GROUPING_AMOUNT_MAX);
    if (json_object_get(source, "opening_cents")) {
        if (r->format < 2)
            fail(r, "opening_cents", "belongs to format maillon-grouping-2");
        member->opening_cents = read_amount(r, source, "opening_cents", 0, GROUPING_AMOUNT_MAX);
    }
    member->quality = read_number(r, source, "quality", 0, 1000);
    member->social = read_number(r, source, "social", 0, 1000);
    member->accreditations = read_words(r, source, "accreditations", &member->accreditation_count);
    if (!r->failed)
        read_offers(r, source, member);
}

static void read_members(struct reader *r, const json_t *root)
{
    const json_t *list = read_array(r, root, "members");
    size_t count = list ? json_array_size(list) : 0;
    struct grouping_member *members = take(r, count, sizeof *members);

    r->file->member_ids = take(r, count, sizeof *r->file->member_ids);
    r->file->instance.members = members;
    for (size_t i = 0; i < count && !r->failed; i++) {
        const json_t *source = json_array_get(list, i);
        size_t before = path_enter(r, "members", i);
        if (!need_object(r, source))
            return;
        r->file->member_ids[i] = read_id(r, source, r->file->member_index);
        read_member(r, source, &members[i]);
        r->file->instance.member_count++;
        if (r->failed)
            return;
        path_leave(r, before);
    }
}

/* ---- lots ---- */

static enum grouping_reserved read_reserved(struct reader *r, const json_t *source)
{
    static const char *const names[RESERVED_COUNT] = {"none",    "siae",        "ea_esat",
                                                      "siae_ea", "prison_work", "ess"};
    const char *name = read_string(r, source, "reserved");
    for (int k = 0; k < RESERVED_COUNT; k++) {
        if (strcmp(name, names[k]) == 0)
            return (enum grouping_reserved)k;
    }
    fail(r, "reserved", "must be none, siae, ea_esat, siae_ea, prison_work or ess");
    return RESERVED_NONE;
}

static void read_requirements(struct reader *r, const json_t *source, struct grouping_lot *lot, size_t index)
{
    const json_t *list = read_array(r, source, "requirements");
    size_t count = list ? json_array_size(list) : 0;
    struct grouping_requirement *requirements = take(r, count, sizeof *requirements);
    json_t *ids = json_object();

    r->file->requirement_ids[index] = take(r, count, sizeof **r->file->requirement_ids);
    lot->requirements = requirements;
    for (size_t i = 0; i < count && !r->failed && ids; i++) {
        const json_t *item = json_array_get(list, i);
        size_t before = path_enter(r, "requirements", i);
        if (!need_object(r, item))
            break;
        r->file->requirement_ids[index][i] = read_id(r, item, ids);
        requirements[i].function = word_code(r, read_string(r, item, "function"));
        requirements[i].quantity = read_number(r, item, "quantity", 0, (double)GROUPING_AMOUNT_MAX);
        requirements[i].reference_unit_price_cents =
            read_amount(r, item, "reference_unit_price_cents", 0, GROUPING_AMOUNT_MAX);
        requirements[i].accreditations =
            read_words(r, item, "accreditations", &requirements[i].accreditation_count);
        lot->requirement_count++;
        if (r->failed)
            break;
        path_leave(r, before);
    }
    if (!ids)
        fail(r, "", "no memory");
    json_decref(ids);
}

static void read_coordination_object(struct reader *r, const json_t *value, int64_t *cents)
{
    const json_t *other = json_object_get(value, "*");
    int64_t rest = other ? check_amount(r, other, "coordination_cents.*", 0, GROUPING_AMOUNT_MAX) : 0;
    const char *key;
    json_t *amount;

    for (size_t m = 0; m < r->file->instance.member_count; m++)
        cents[m] = rest;
    json_object_foreach((json_t *)value, key, amount)
    {
        char field[120];
        snprintf(field, sizeof field, "coordination_cents.%.80s", key);
        int32_t member = grouping_file_find_member(r->file, key);
        if (strcmp(key, "*") == 0)
            continue;
        if (member < 0)
            fail(r, field, "no such member");
        else
            cents[member] = check_amount(r, amount, field, 0, GROUPING_AMOUNT_MAX);
    }
}

static void read_coordination(struct reader *r, const json_t *source, struct grouping_lot *lot)
{
    const json_t *value = get(r, source, "coordination_cents");
    size_t members = r->file->instance.member_count;

    if (!value || r->format < 2 || (!json_is_array(value) && !json_is_object(value))) {
        lot->coordination_cents =
            value ? check_amount(r, value, "coordination_cents", 0, GROUPING_AMOUNT_MAX) : 0;
        return;
    }
    int64_t *cents = take(r, members, sizeof *cents);
    lot->member_coordination_cents = cents;
    if (!cents)
        return;
    if (json_is_object(value)) {
        read_coordination_object(r, value, cents);
        return;
    }
    if (json_array_size(value) != members)
        fail(r, "coordination_cents", "must have one number for each of the %zu members", members);
    for (size_t m = 0; m < members && !r->failed; m++) {
        char field[48];
        snprintf(field, sizeof field, "coordination_cents[%zu]", m);
        cents[m] = check_amount(r, json_array_get(value, m), field, 0, GROUPING_AMOUNT_MAX);
    }
}

static void read_lot(struct reader *r, const json_t *source, struct grouping_lot *lot, size_t index)
{
    lot->place = word_code(r, read_string(r, source, "place"));
    lot->mandatory = read_bool(r, source, "mandatory", true);
    lot->worth_cents = read_amount(r, source, "worth_cents", -GROUPING_AMOUNT_MAX, GROUPING_AMOUNT_MAX);
    if (!r->failed)
        read_coordination(r, source, lot);
    lot->max_members = (int32_t)read_amount(r, source, "max_members", 0, 1000000);
    lot->min_share_permille = (int32_t)read_amount(r, source, "min_share_permille", 1, 1000);
    lot->required_turnover_cents = read_amount(r, source, "required_turnover_cents", 0, GROUPING_AMOUNT_MAX);
    lot->reserved = r->failed ? RESERVED_NONE : read_reserved(r, source);
    if (!r->failed)
        read_requirements(r, source, lot, index);
}

static void read_lots(struct reader *r, const json_t *root)
{
    const json_t *list = read_array(r, root, "lots");
    size_t count = list ? json_array_size(list) : 0;
    struct grouping_lot *lots = take(r, count, sizeof *lots);

    r->file->lot_ids = take(r, count, sizeof *r->file->lot_ids);
    r->file->requirement_ids = take(r, count, sizeof *r->file->requirement_ids);
    r->file->instance.lots = lots;
    for (size_t i = 0; i < count && !r->failed; i++) {
        const json_t *source = json_array_get(list, i);
        size_t before = path_enter(r, "lots", i);
        if (!need_object(r, source))
            return;
        r->file->lot_ids[i] = read_id(r, source, r->file->lot_index);
        read_lot(r, source, &lots[i], i);
        r->file->instance.lot_count++;
        if (r->failed)
            return;
        path_leave(r, before);
    }
}

/* ---- the whole ---- */

static void read_weights(struct reader *r, const json_t *root)
{
    const json_t *weights = get(r, root, "weights");
    if (!weights)
        return;
    if (!json_is_object(weights)) {
        fail(r, "weights", "must be an object");
        return;
    }
    r->length = (size_t)snprintf(r->path, sizeof r->path, "weights");
    r->file->instance.weight_price = read_number(r, weights, "price", 1, 1e9);
    r->file->instance.weight_quality = read_number(r, weights, "quality", 0, 1e9);
    r->file->instance.weight_social = read_number(r, weights, "social", 0, 1e9);
    if (!r->failed)
        path_leave(r, 0);
}

static void read_format(struct reader *r, const json_t *root)
{
    const char *format = read_string(r, root, "format");
    if (strcmp(format, "maillon-grouping-1") == 0)
        r->format = 1;
    else if (strcmp(format, "maillon-grouping-2") == 0)
        r->format = 2;
    else
        fail(r, "format", "must be maillon-grouping-1 or maillon-grouping-2");
    const json_t *max_lots = json_object_get(root, "max_lots");
    r->file->instance.max_lots = !max_lots || json_is_null(max_lots)
                                     ? -1
                                     : check_amount(r, max_lots, "max_lots", 0, GROUPING_AMOUNT_MAX);
}

static void keep_words(struct reader *r)
{
    const char *key;
    json_t *value;
    r->file->words = take(r, json_object_size(r->file->word_index), sizeof *r->file->words);
    json_object_foreach(r->file->word_index, key, value)
    {
        if (r->file->words)
            r->file->words[json_integer_value(value)] = take_string(r, key);
    }
}

struct grouping_file *grouping_file_from_json(const json_t *root, char *ret_message)
{
    struct grouping_file *file = calloc(1, sizeof *file);
    struct reader r = {.file = file, .message = ret_message};

    ret_message[0] = 0;
    if (!file) {
        snprintf(ret_message, GROUPING_MESSAGE, "no memory");
        return NULL;
    }
    file->member_index = json_object();
    file->lot_index = json_object();
    file->word_index = json_object();
    if (!file->member_index || !file->lot_index || !file->word_index)
        fail(&r, "", "no memory");
    if (!r.failed && need_object(&r, root)) {
        read_format(&r, root);
        if (!r.failed)
            read_weights(&r, root);
        if (!r.failed)
            read_members(&r, root);
        if (!r.failed)
            read_lots(&r, root);
        if (!r.failed)
            keep_words(&r);
    }
    if (r.failed) {
        grouping_file_free(file);
        return NULL;
    }
    return file;
}

struct grouping_file *grouping_file_load(const char *path, char *ret_message)
{
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        snprintf(ret_message, GROUPING_MESSAGE, "line %d: %.180s", error.line, error.text);
        return NULL;
    }
    struct grouping_file *file = grouping_file_from_json(root, ret_message);
    json_decref(root);
    return file;
}

void grouping_file_free(struct grouping_file *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < file->block_count; i++)
        free(file->blocks[i]);
    free(file->blocks);
    json_decref(file->member_index);
    json_decref(file->lot_index);
    json_decref(file->word_index);
    free(file);
}

const struct grouping_instance *grouping_file_instance(const struct grouping_file *file)
{
    return &file->instance;
}

const char *grouping_file_member_id(const struct grouping_file *file, size_t member)
{
    return file->member_ids[member];
}

const char *grouping_file_lot_id(const struct grouping_file *file, size_t lot)
{
    return file->lot_ids[lot];
}

const char *grouping_file_requirement_id(const struct grouping_file *file, size_t lot, size_t requirement)
{
    return file->requirement_ids[lot][requirement];
}

const char *grouping_file_word(const struct grouping_file *file, int32_t code)
{
    return file->words[code];
}

static int32_t find_index(const json_t *index, const char *id)
{
    const json_t *found = json_object_get(index, id);
    return found ? (int32_t)json_integer_value(found) : -1;
}

int32_t grouping_file_find_member(const struct grouping_file *file, const char *id)
{
    return find_index(file->member_index, id);
}

int32_t grouping_file_find_lot(const struct grouping_file *file, const char *id)
{
    return find_index(file->lot_index, id);
}
