/* A house with the shipped prison notices, for the tests of tenders. */
#ifndef MAILLON_TESTS_TENDERS_HOUSE_H
#define MAILLON_TESTS_TENDERS_HOUSE_H

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "cli/cli.h"
#include "support/support.h"

static inline struct buffer read_source(const char *path)
{
    struct buffer file = {0};
    const char *root = getenv("MAILLON_SOURCE_ROOT");
    char full[512];
    snprintf(full, sizeof full, "%s/%s", root ? root : ".", path);
    assert_int_equal(buffer_read_file(&file, full, 1 << 24), 0);
    return file;
}

/* The report of an import, which must succeed. */
static inline struct tree *import_bytes(struct house *house, const char *bytes, size_t length)
{
    struct tree *input = tree_map(house->arena), *result;
    tree_set_text(house->arena, input, "file", "test.csv");
    struct action_request request = {
        .session = &session_local, .language = "fr", .input = input, .file = {"test.csv", bytes, length}};
    assert_int_equal(action_run_here(house->app, app_action(house->app, "tender import"), &request, NULL, NULL, NULL,
                                     house->arena, &result, &house->error),
                     0);
    return result;
}

static inline struct tree *import_text(struct house *house, const char *text)
{
    return import_bytes(house, text, strlen(text));
}

static inline struct tree *import_prisons(struct house *house)
{
    struct buffer file = read_source("data/tenders/boamp_prisons_2019-09_2020-12.csv");
    struct tree *result = import_bytes(house, file.bytes, file.length);
    buffer_free(&file);
    return result;
}

static inline int open_house(void **state)
{
    struct house *house = memory_get(sizeof *house);
    house_open(house, cli_subjects);
    *state = house;
    return 0;
}

static inline int close_house(void **state)
{
    house_close(*state);
    freep(state);
    return 0;
}

#endif
