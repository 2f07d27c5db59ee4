/* Values of the sources put into the fields of a notice. */
#include "tenders/formats/format.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"

enum { PROBLEM_CHARACTERS = 80, YEARS_AHEAD = 15 };
static const int64_t CENTS_MAX = 10000000000000; /* a hundred thousand million euros */

const char NOTICE_WHY_DATE[] = N_("This is not a date.");
const char NOTICE_WHY_YEAR[] = N_("This year cannot be meant.");
const char NOTICE_WHY_AMOUNT[] = N_("This is not an amount.");
const char NOTICE_WHY_CURRENCY[] = N_("This amount is not in euros.");
const char NOTICE_WHY_NUMBER[] = N_("This is not a number that can stand here.");
const char NOTICE_WHY_SIRET[] = N_("This is not a SIRET: 14 digits whose check digit holds.");
const char NOTICE_WHY_CPV[] = N_("This is not a CPV code of 8 digits.");
const char NOTICE_WHY_POST_CODE[] = N_("This is not a French post code.");
const char NOTICE_WHY_DEPARTMENT[] = N_("This is not the code of a department.");
const char NOTICE_WHY_PLACEHOLDER[] = N_("One euro or less stands for an amount that is not said.");
const char NOTICE_WHY_KIND[] = N_("This kind of notice is not known: it is read as a call.");
const char NOTICE_WHY_REFERENCE[] = N_("This notice has no usable reference.");
const char NOTICE_WHY_SHAPE[] = N_("This does not have the shape that the format gives it.");
const char NOTICE_WHY_RESERVED[] = N_("The contract is reserved, and the notice does not say for whom.");

static const char WHY_MORE[] = N_("There are more problems than are listed here.");

void notice_begin(struct notice *notice, const char *source, const char *format)
{
    *notice = (struct notice){
        .source = source, .format = format, .value_cents = -1, .duration_months = -1, .offers_received = -1};
}

void notice_add_problem(struct arena *arena, struct notice *notice, const char *field, const char *value,
                        const char *reason)
{
    if (!notice->problems)
        notice->problems = tree_list(arena);
    size_t count = notice->problems->count;
    if (count >= NOTICE_PROBLEMS_MAX)
        return;
    bool last = count == NOTICE_PROBLEMS_MAX - 1;
    struct tree *problem = tree_add_map(arena, notice->problems);
    const char *cut = value ? arena_copy(arena, value, text_prefix_bytes(value, PROBLEM_CHARACTERS)) : "";
    const char *clean = field_string(arena, cut);
    tree_set_text(arena, problem, "field", last ? "" : field);
    tree_set_text(arena, problem, "value", last || !clean ? "" : clean);
    tree_set_text(arena, problem, "reason", last ? WHY_MORE : reason);
}

enum notice_step notice_refuse(struct error *refusal, size_t line, const char *field, const char *reason,
                               const char *value)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", line);
    error_set(refusal, ERR_INVALID, field, reason, number, value ? value : "", NULL);
    return NOTICE_REFUSED;
}

bool field_date_plausible(const struct notice *notice, int32_t days)
{
    enum { FIRST = 7305 }; /* 1990-01-01 */
    int32_t published;
    if (days < FIRST)
        return false;
    return !date_parse(notice->published_on, &published) || days <= published + YEARS_AHEAD * 366;
}

/* "2017-01-30…" or "30/01/2017" as YYYY-MM-DD, without looking at the calendar. */
static bool find_date(const char *value, char ret_date[DATE_BYTES])
{
    size_t length = strlen(value);
    if (length >= 10 && value[2] == '/' && value[5] == '/') {
        snprintf(ret_date, DATE_BYTES, "%.4s-%.2s-%.2s", value + 6, value + 3, value);
        return length == 10;
    }
    if (length < 10)
        return false;
    memcpy(ret_date, value, 10);
    ret_date[10] = 0;
    return length == 10 || !isdigit((unsigned char)value[10]);
}

static bool looks_like_date(const char *date)
{
    for (int i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? date[i] != '-' : !isdigit((unsigned char)date[i]))
            return false;
    return true;
}

/* True when there is a date to keep; lists the problem otherwise. */
static bool read_date(struct arena *arena, struct notice *notice, const char *field, const char *value,
                      char ret_date[DATE_BYTES])
{
    int32_t days;
    if (!find_date(value, ret_date) || !looks_like_date(ret_date)) {
        notice_add_problem(arena, notice, field, value, NOTICE_WHY_DATE);
        return false;
    }
    if (date_parse(ret_date, &days) && field_date_plausible(notice, days))
        return true;
    bool year = date_is(ret_date) || memcmp(ret_date, "1900", 4) < 0 || memcmp(ret_date, "2199", 4) > 0;
    notice_add_problem(arena, notice, field, value, year ? NOTICE_WHY_YEAR : NOTICE_WHY_DATE);
    return false;
}

const char *field_date(struct arena *arena, struct notice *notice, const char *field, const char *value)
{
    char date[DATE_BYTES];
    if (!value || !*value || !read_date(arena, notice, field, value, date))
        return NULL;
    return arena_copy(arena, date, 10);
}

const char *field_instant(struct arena *arena, struct notice *notice, const char *field, const char *value,
                          const char *hour)
{
    enum { INSTANT_BYTES = 40 };
    char date[DATE_BYTES];
    int64_t milliseconds;
    if (!value || !*value || !read_date(arena, notice, field, value, date))
        return NULL;
    const char *time = hour && *hour ? hour : value + 10;
    if (!*time || (time != hour && *time != 'T' && *time != ' ')) /* nothing, or the offset of a bare date */
        return arena_copy(arena, date, 10);
    char *instant = arena_printf(arena, "%sT%.*s", date, INSTANT_BYTES, time == hour ? hour : time + 1);
    if (date_parse_instant(instant, &milliseconds))
        return instant;
    notice_add_problem(arena, notice, field, time, N_("This is not a time of day: only the date is kept."));
    return arena_copy(arena, date, 10);
}

/* Digits of an amount, without its unit, cut after three decimals: the third decides the rounding. */
static void trim_amount(const char *value, char *out, size_t size)
{
    size_t used = 0;
    int decimals = -1;
    while (*value == ' ')
        value++;
    for (; *value && used + 1 < size; value++) {
        if (decimals >= 0 && isdigit((unsigned char)*value) && ++decimals > 3)
            continue;
        if (*value == '.' || *value == ',')
            decimals = 0;
        out[used++] = *value;
    }
    out[used] = 0;
    static const char *const units[] = {"EUR", "euros", "Euros", "\xE2\x82\xAC", "HT", " ", "."};
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (text_ends(out, units[i])) {
            used -= strlen(units[i]);
            out[used] = 0;
            i = (size_t)-1; /* from the first again: "12 EUR HT" */
        }
}

int64_t field_cents(struct arena *arena, struct notice *notice, const char *field, const char *value,
                    const char *currency)
{
    char digits[64];
    int64_t thousandths, cents;
    if (!value || !*value)
        return -1;
    if (currency && *currency && strcmp(currency, "EUR")) {
        notice_add_problem(arena, notice, field, arena_printf(arena, "%s %s", value, currency),
                           NOTICE_WHY_CURRENCY);
        return -1;
    }
    trim_amount(value, digits, sizeof digits);
    if (!number_parse(digits, DECIMALS_QUANTITY, &thousandths) || thousandths < 0 ||
        !number_scale(thousandths, 1, 10, &cents) || cents > CENTS_MAX) {
        notice_add_problem(arena, notice, field, value, NOTICE_WHY_AMOUNT);
        return -1;
    }
    if (cents <= 100) {
        notice_add_problem(arena, notice, field, value, NOTICE_WHY_PLACEHOLDER);
        return -1;
    }
    return cents;
}

int32_t field_int(struct arena *arena, struct notice *notice, const char *field, const char *value,
                  int32_t low, int32_t high)
{
    int64_t number;
    const char *text = field_string(arena, value);
    if (!text)
        return -1;
    if (text_to_int(text, &number) && number >= low && number <= high)
        return (int32_t)number;
    notice_add_problem(arena, notice, field, value, NOTICE_WHY_NUMBER);
    return -1;
}

const char *field_siret(struct arena *arena, struct notice *notice, const char *field, const char *value)
{
    char siret[15];
    const char *text = field_string(arena, value);
    if (!text)
        return NULL;
    if (text_is_siret(text, siret))
        return arena_copy(arena, siret, 14);
    notice_add_problem(arena, notice, field, value, NOTICE_WHY_SIRET);
    return NULL;
}

const char *field_post_code(struct arena *arena, struct notice *notice, const char *value)
{
    char code[6] = "";
    size_t count = 0;
    if (!value || !*value)
        return NULL;
    for (const char *p = value; *p; p++) {
        if (*p == ' ')
            continue;
        if (!isdigit((unsigned char)*p) || count == 5) {
            count = 0;
            break;
        }
        code[count++] = *p;
    }
    if (count == 5)
        return arena_copy(arena, code, 5);
    notice_add_problem(arena, notice, "buyer_post_code", value, NOTICE_WHY_POST_CODE);
    return NULL;
}

/* Codes of the official geographic code: 01 to 95 (20 is 2A and 2B since 1976), 971 to 989 overseas; 99 is
 * abroad in BOAMP. BOAMP writes 1 for 01 and 20A for 2A. */
bool field_department(const char *value, size_t length, char ret_code[4])
{
    char last = length ? (char)toupper((unsigned char)value[length - 1]) : 0;
    unsigned number = 0;
    if (last == 'A' || last == 'B') {
        snprintf(ret_code, 4, "2%c", last);
        return value[0] == '2' && (length == 2 || (length == 3 && value[1] == '0'));
    }
    if (!length || length > 3)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)value[i]))
            return false;
        number = number * 10 + (unsigned)(value[i] - '0');
    }
    snprintf(ret_code, 4, "%02u", number % 1000);
    return (number >= 1 && number <= 95) || number == 99 || (number >= 971 && number <= 989);
}

const char *field_cpv(struct arena *arena, struct notice *notice, const char *field, const char *value)
{
    const char *text = field_string(arena, value);
    if (!text)
        return NULL;
    size_t digits = strspn(text, "0123456789");
    bool ended = !text[digits] ||
                 (text[digits] == '-' && isdigit((unsigned char)text[digits + 1]) && !text[digits + 2]);
    if (ended && digits == 8)
        return arena_copy(arena, text, 8);
    if (ended && digits == 7 &&
        (text[0] == '3' || text[0] == '9')) /* divisions 03 and 09 are the only ones with a 0 */
        return arena_printf(arena, "0%.7s", text);
    notice_add_problem(arena, notice, field, value, NOTICE_WHY_CPV);
    return NULL;
}

const char *field_reference(struct arena *arena, const char *value)
{
    const char *text = field_string(arena, value);
    if (!text || strlen(text) > NOTICE_REFERENCE_BYTES_MAX)
        return NULL;
    char *reference = arena_strdup(arena, text);
    for (char *p = reference; (p = strchr(p, ' '));)
        *p = '_'; /* lists of references are separated by spaces */
    return reference;
}

static bool list_has(const char *list, const char *word, char separator)
{
    size_t length = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += length)
        if ((p == list || p[-1] == separator) && (!p[length] || p[length] == separator))
            return true;
    return false;
}

const char *list_add(struct arena *arena, const char *list, const char *word, char separator)
{
    if (!word || !*word)
        return list;
    if (!list)
        return word;
    if (list_has(list, word, separator) || strlen(list) + strlen(word) >= NOTICE_LIST_BYTES_MAX)
        return list;
    return arena_printf(arena, "%s%c%s", list, separator, word);
}

const char *field_group_form(struct arena *arena, const char *words)
{
    const char *folded = words ? text_fold(arena, words) : "";
    if (!strstr(folded, "groupement") && strcmp(folded, "conjoint") && strcmp(folded, "solidaire"))
        return NULL;
    if (strstr(folded, "pas de groupement"))
        return "none";
    if (strstr(folded, "conjoint"))
        return "conjoint";
    return strstr(folded, "solidaire") ? "solidaire" : NULL;
}
