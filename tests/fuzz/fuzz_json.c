/* Fuzzer of tree_read_json: any bytes give a tree or an error; a tree written and read again is the same
 * text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/tree.h"

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_round_trip(struct arena *arena, const struct tree *tree)
{
    struct buffer first = {0}, second = {0};
    struct tree *again = NULL;
    struct error error = {0};
    tree_write_json(tree, &first, false);
    require(!tree_read_json(arena, first.bytes, first.length, &again, &error));
    tree_write_json(again, &second, false);
    require(first.length == second.length && !memcmp(first.bytes, second.bytes, first.length));
    buffer_clear(&second);
    tree_write_json(tree, &second, true);
    require(!tree_read_json(arena, second.bytes, second.length, &again, &error));
    buffer_free(&first);
    buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct tree *tree = NULL;
    struct error error = {0};
    char text[ERROR_TEXT_BYTES];
    if (tree_read_json(arena, (const char *)data, size, &tree, &error)) {
        require(error.code && error.message);
        require(error_format(&error, error.message, text, sizeof text) < sizeof text);
    } else {
        (void)tree_path(tree, "a.0.b.1");
        (void)tree_true(tree);
        check_round_trip(arena, tree);
    }
    arena_free(arena);
    return 0;
}
