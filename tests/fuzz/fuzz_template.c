/* Any bytes as a page: refused or rendered, lenient and strict, without a fault and without growing for ever.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/tree.h"
#include "web/template.h"

static const char context_json[] = "{\"a\":1,\"b\":\"<b>\",\"c\":null,\"d\":true,\"l\":[1,\"x\",{\"a\":2,"
                                   "\"l\":[]}],\"m\":{\"a\":{\"b\":450000}},"
                                   "\"p\":\"p\",\"t\":\"2021-01-04\",\"i\":1609758000000}";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct tree *context = NULL;
    struct error error = {0};
    struct template_set *set = template_set_new();
    _cleanup_buffer_ struct buffer out = {0};
    struct template_options options = {.language = size % 2 ? "fr" : "en"};
    if (tree_read_json(arena, context_json, strlen(context_json), &context, &error))
        __builtin_trap();
    if (!template_add(set, "p", (const char *)bytes, size, &error) && !template_link(set, &error)) {
        for (int strict = 0; strict < 2; strict++) {
            options.strict = strict;
            buffer_clear(&out);
            if (template_render(set, "p", context, &options, &out, &error) && out.length)
                __builtin_trap(); /* after an error nothing was written */
        }
    }
    template_set_free(set);
    return 0;
}
