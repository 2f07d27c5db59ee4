/* The text of a form's QR code. Capitals, digits and dots alone: the densest mode of a QR code, and keys that every keyboard
 * layout of a scanner sends. */
#include <ctype.h>
#include <string.h>

#include "canteen/forms/forms.h"

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char opening[] = "M1.";

enum { BASE = 36, REFERENCE_SIGNS = 7, NUMBER_DIGITS = 13 }; /* 36^13 holds every id */

void form_code_write(const char *reference, int64_t cycle, char ret_code[FORM_CODE_BYTES])
{
    char number[NUMBER_DIGITS + 1], *p = stpcpy(ret_code, opening);
    int length = 0;
    for (int signs = 0; *reference && signs < REFERENCE_SIGNS; reference++)
        if (*reference != '-') {
            *p++ = *reference;
            signs++;
        }
    *p++ = '.';
    do {
        number[length++] = digits[cycle % BASE];
        cycle /= BASE;
    } while (cycle > 0 && length < NUMBER_DIGITS);
    while (length)
        *p++ = number[--length];
    *p = 0;
}

/* A number in base 36 up to the end; false when it is none or too large. */
static bool read_number(const char *text, int64_t *ret_number)
{
    int64_t number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        const char *digit = strchr(digits, toupper((unsigned char)*text));
        if (!digit || __builtin_mul_overflow(number, BASE, &number) || __builtin_add_overflow(number, digit - digits, &number))
            return false;
    }
    *ret_number = number;
    return number > 0;
}

bool form_code_read(const char *typed, char ret_reference[PERSON_REFERENCE_BYTES], int64_t *ret_cycle)
{
    char text[FORM_CODE_BYTES], reference[REFERENCE_SIGNS + 1];
    typed += strspn(typed, " \t");
    size_t length = strlen(typed);
    while (length && strchr(" \t\r\n", typed[length - 1]))
        length--;
    if (length >= sizeof text || length < sizeof opening + REFERENCE_SIGNS)
        return false;
    memcpy(text, typed, length);
    text[length] = 0;
    if (toupper((unsigned char)text[0]) != opening[0] || text[1] != opening[1] || text[2] != opening[2] ||
        text[3 + REFERENCE_SIGNS] != '.')
        return false;
    memcpy(reference, text + 3, REFERENCE_SIGNS);
    reference[REFERENCE_SIGNS] = 0;
    return person_reference_read(reference, ret_reference) && read_number(text + 3 + REFERENCE_SIGNS + 1, ret_cycle);
}
