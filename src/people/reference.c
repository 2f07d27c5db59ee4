/* References of persons: six random signs and a check, out of 23 that no handwriting confuses and that spell no word.
 * 23 is prime: the weighted sum finds every single wrong sign and every two that changed places. */
#include <ctype.h>
#include <sodium.h>
#include <string.h>

#include "people/internal.h"

static const char signs[] = "BCDFGHJKLMNPRSTVWXY3479";

enum { SIGNS = 23, DIGITS = 7, DASH = 3 };

static char check_of(const int *values)
{
    int sum = 0;
    for (int i = 0; i < DIGITS - 1; i++)
        sum += (i + 2) * values[i];
    return signs[sum % SIGNS];
}

static void format(const int *values, char ret_reference[PERSON_REFERENCE_BYTES])
{
    char *p = ret_reference;
    for (int i = 0; i < DIGITS; i++) {
        if (i == DASH)
            *p++ = '-';
        *p++ = i < DIGITS - 1 ? signs[values[i]] : check_of(values);
    }
    *p = 0;
}

void person_reference_make(char ret_reference[PERSON_REFERENCE_BYTES])
{
    int values[DIGITS];
    for (int i = 0; i < DIGITS - 1; i++)
        values[i] = (int)randombytes_uniform(SIGNS);
    format(values, ret_reference);
}

bool person_reference_read(const char *typed, char ret_reference[PERSON_REFERENCE_BYTES])
{
    int values[DIGITS], count = 0;
    for (; *typed; typed++) {
        if (*typed == '-' || *typed == ' ')
            continue;
        const char *sign = strchr(signs, toupper((unsigned char)*typed));
        if (!sign || count == DIGITS)
            return false;
        values[count++] = (int)(sign - signs);
    }
    if (count != DIGITS)
        return false;
    format(values, ret_reference);
    return ret_reference[DIGITS] == signs[values[DIGITS - 1]];
}
