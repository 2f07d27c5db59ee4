#include "members/cells.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"

static bool digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    return true;
}

/* Metropolitan departments run from 01 to 95 without 20, which is 2A and 2B; overseas ones have three digits. */
bool department_code(const char *text, char ret_code[4])
{
    static const char overseas[] = "971 972 973 974 975 976 977 978 984 986 987 988";
    size_t length = strlen(text);
    if (length == 3 && text_has_word(overseas, text)) {
        strcpy(ret_code, text);
        return true;
    }
    if (length != 2 || !isdigit((unsigned char)text[0]))
        return false;
    char second = (char)toupper((unsigned char)text[1]);
    int number = isdigit((unsigned char)second) ? (text[0] - '0') * 10 + second - '0' : 0;
    if (!(text[0] == '2' && (second == 'A' || second == 'B')) && (number < 1 || number > 95 || number == 20))
        return false;
    snprintf(ret_code, 4, "%c%c", text[0], second);
    return true;
}

bool department_of_post_code(const char *post_code, char ret_code[4])
{
    if (strlen(post_code) != 5 || !digits(post_code, 5))
        return false;
    char start[4];
    bool overseas = text_starts(post_code, "97") || text_starts(post_code, "98");
    snprintf(start, sizeof start, "%.*s", overseas ? 3 : 2, post_code);
    if (!strcmp(start, "20")) /* Corsica: 200 and 201 stand for the south, 202 and 206 for the north */
        strcpy(start, post_code[2] == '0' || post_code[2] == '1' ? "2A" : "2B");
    return department_code(start, ret_code);
}

char *department_codes(struct arena *arena, const char *text, const char **ret_wrong)
{
    char *codes = arena_alloc(arena, strlen(text) * 2 + 1), *to = codes, code[4];
    for (const char *at = text; *at;) {
        size_t skip = strspn(at, " ,;|"), length = strcspn(at + skip, " ,;|");
        const char *word = arena_copy(arena, at + skip, length);
        at += skip + length;
        if (!length)
            continue;
        if (!department_code(word, code)) {
            *ret_wrong = word;
            return NULL;
        }
        if (text_has_word(codes, code))
            continue;
        if (to > codes)
            *to++ = ' ';
        to = stpcpy(to, code);
    }
    return codes;
}

char *naf_code(struct arena *arena, const char *text)
{
    char plain[6];
    size_t used = 0;
    for (; *text; text++) {
        if (*text == '.' || *text == ' ')
            continue;
        if (used == 5)
            return arena_strdup(arena, "");
        plain[used++] = *text;
    }
    if (used != 5 || !digits(plain, 4) || !isalpha((unsigned char)plain[4]))
        return arena_strdup(arena, "");
    return arena_printf(arena, "%.2s.%.2s%c", plain, plain + 2, toupper((unsigned char)plain[4]));
}

bool degrees_parse(const char *text, int limit, int64_t *ret_millionths)
{
    char cut[40];
    const char *point = strpbrk(text, ".,");
    size_t length = strlen(text), whole = point ? (size_t)(point - text) : length;
    if (whole > 12 || (point && !digits(point + 1, strlen(point + 1))))
        return false;
    size_t kept = length > whole + 1 + DECIMALS_RATE ? whole + 1 + DECIMALS_RATE : length;
    snprintf(cut, sizeof cut, "%.*s", (int)kept, text);
    int64_t bound = (int64_t)limit * 1000000;
    return number_parse(cut, DECIMALS_RATE, ret_millionths) && *ret_millionths >= -bound && *ret_millionths <= bound;
}
