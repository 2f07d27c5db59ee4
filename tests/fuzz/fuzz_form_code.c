/* Fuzzer of the text of a form's QR code (canteen/forms/forms.h): what is read is written back the same. The reference reader is
 * that of people/reference.c. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "canteen/forms/forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char text[256], reference[PERSON_REFERENCE_BYTES], again[PERSON_REFERENCE_BYTES], code[FORM_CODE_BYTES];
    int64_t cycle, cycle_again;
    if (length >= sizeof text || memchr(bytes, 0, length))
        return 0;
    memcpy(text, bytes, length);
    text[length] = 0;
    if (!form_code_read(text, reference, &cycle))
        return 0;
    form_code_write(reference, cycle, code);
    if (cycle <= 0 || !form_code_read(code, again, &cycle_again) || strcmp(reference, again) != 0 || cycle != cycle_again)
        abort();
    return 0;
}
