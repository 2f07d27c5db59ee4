/* The files of a publication, in memory: the same publication and program give the same bytes. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/embed.h"
#include "base/number.h"
#include "base/text.h"
#include "openbooks/openbooks.h"
#include "openbooks/publication.h"

const char site_format[] = "maillon-openbooks-1";

static const struct {
    const char *path, *embedded;
} assets[] = {
    {"assets/maillon.css", "web/assets/maillon.css"},
    {"assets/favicon.svg", "web/assets/favicon.svg"},
};

static void keep_file(struct arena *arena, struct site_file *files, size_t *count, const char *path,
                      const struct buffer *out)
{
    files[(*count)++] =
        (struct site_file){path, arena_copy(arena, buffer_string(out), out->length), out->length};
}

/* --- figures for machines --- */

static const char *kind_name(enum figure_kind kind)
{
    return kind == FIGURE_MONEY ? "money" : kind == FIGURE_PART ? "part" : "people";
}

/* Euros with two decimals, cents of one euro with one, people; empty when hidden. */
static const char *plain_value(struct arena *arena, const struct figure *figure)
{
    return figure->hidden                 ? ""
           : figure->kind == FIGURE_MONEY ? number_plain(arena, figure->value, 2, false)
           : figure->kind == FIGURE_PART  ? number_plain(arena, figure->value, 1, false)
                                          : arena_printf(arena, "%" PRId64, figure->value);
}

static const char *unit_name(enum figure_kind kind)
{
    return kind == FIGURE_MONEY ? "EUR" : kind == FIGURE_PART ? "cent of one EUR" : "people";
}

static void write_csv(struct arena *arena, const struct publication *publication, struct buffer *out)
{
    buffer_text(out, "\xEF\xBB\xBF"
                     "figure;value;unit;hidden;name_fr;name_en;definition_fr;definition_en\r\n");
    for (size_t i = 0; i < publication->figures.count; i++) {
        const struct figure *figure = &publication->figures.items[i];
        const char *const cells[] = {figure->id,
                                     plain_value(arena, figure),
                                     unit_name(figure->kind),
                                     figure->hidden ? "1" : "0",
                                     figure->name[FRENCH],
                                     figure->name[ENGLISH],
                                     figure->what->definition[FRENCH],
                                     figure->what->definition[ENGLISH]};
        for (size_t j = 0; j < COUNT_OF(cells); j++) {
            if (j)
                buffer_char(out, ';');
            if (j == 1)
                buffer_text(out, cells[j]); /* a number, below zero too: not a formula */
            else
                buffer_csv_cell(out, cells[j], ';');
        }
        buffer_text(out, "\r\n");
    }
}

static void write_json(struct arena *arena, const struct publication *publication, struct buffer *out)
{
    struct tree *data = tree_map(arena);
    const struct tree *first = publication->page_count ? publication->pages[0].tree : NULL;
    tree_set_text(arena, data, "format", site_format);
    tree_set_text(arena, data, "entity", tree_text(first, "entity_name"));
    tree_set_text(arena, data, "siren", tree_text(first, "siren"));
    tree_set_bool(arena, data, "example", tree_true(tree_get(first, "example")));
    tree_set_int(arena, data, "publication", publication->number);
    tree_set_text(arena, data, "published_on", publication->published_on);
    tree_set_text(arena, data, "hash", publication->hash);
    struct tree *figures = tree_set_list(arena, data, "figures");
    for (size_t i = 0; i < publication->figures.count; i++) {
        const struct figure *figure = &publication->figures.items[i];
        struct tree *item = tree_add_map(arena, figures);
        tree_set_text(arena, item, "figure", figure->id);
        if (figure->hidden)
            tree_set_text(arena, item, "value", NULL);
        else
            tree_set_decimal(arena, item, "value", plain_value(arena, figure));
        tree_set_text(arena, item, "unit", unit_name(figure->kind));
        tree_set_text(arena, item, "kind", kind_name(figure->kind));
        tree_set_text(arena, item, "name_fr", figure->name[FRENCH]);
        tree_set_text(arena, item, "name_en", figure->name[ENGLISH]);
        tree_set_text(arena, item, "definition_fr", figure->what->definition[FRENCH]);
        tree_set_text(arena, item, "definition_en", figure->what->definition[ENGLISH]);
    }
    tree_write_json(data, out, true);
    buffer_char(out, '\n');
}

/* --- pages --- */

static void set_again(struct arena *arena, struct tree *map, const char *name, const char *text)
{
    struct tree *there = (struct tree *)tree_get(map, name);
    if (!there) {
        tree_set_text(arena, map, name, text);
        return;
    }
    struct tree *next = there->next;
    *there = (struct tree){.kind = TREE_TEXT, .name = name, .text = text, .next = next};
}

/* The page under its year's name, and the last year's as index too. */
static int print_page(struct arena *arena, const struct publication *publication,
                      const struct publication_page *page, bool index,
                      const struct openbooks_printer *printer, struct site_file *files, size_t *count,
                      struct error *error)
{
    _cleanup_buffer_ struct buffer out = {0};
    const char *language = language_code(page->language), *name = index ? "index" : page->year;
    struct tree *site = (struct tree *)tree_get(page->tree, "site");
    site->number = 1;
    set_again(arena, page->tree, "file", arena_printf(arena, "%s.html", name));
    set_again(arena, page->tree, "published_on", publication->published_on);
    int code = printer->print(printer->context, "openbooks/site", page->tree, language, &out, error);
    if (!code)
        keep_file(arena, files, count, arena_printf(arena, "%s/%s.html", language, name), &out);
    return code;
}

static int print_pages(struct arena *arena, const struct publication *publication,
                       const struct openbooks_printer *printer, struct site_file *files, size_t *count,
                       struct error *error)
{
    _cleanup_buffer_ struct buffer cover = {0};
    int code = 0;
    for (size_t i = 0; i < publication->page_count && !code; i++) {
        const struct publication_page *page = &publication->pages[i];
        code = print_page(arena, publication, page, false, printer, files, count, error);
        if (!code && text_is(page->year, publication->pages[0].year))
            code = print_page(arena, publication, page, true, printer, files, count, error);
    }
    if (!code)
        code = printer->print(printer->context, "openbooks/cover", publication->pages[0].tree, "fr", &cover,
                              error);
    if (!code)
        keep_file(arena, files, count, "index.html", &cover);
    return code;
}

static void write_manifest(struct arena *arena, const struct publication *publication,
                           const struct site_file *files, size_t count, struct buffer *out)
{
    struct tree *manifest = tree_map(arena);
    tree_set_text(arena, manifest, "format", site_format);
    tree_set_int(arena, manifest, "publication", publication->number);
    tree_set_text(arena, manifest, "published_on", publication->published_on);
    tree_set_text(arena, manifest, "hash", publication->hash);
    tree_set_text(arena, manifest, "program", MAILLON_VERSION);
    struct tree *list = tree_set_list(arena, manifest, "files");
    for (size_t i = 0; i < count; i++) {
        struct tree *file = tree_add_map(arena, list);
        char hash[PUBLICATION_HASH_BYTES];
        site_hash(files[i].bytes, files[i].length, hash);
        tree_set_text(arena, file, "path", files[i].path);
        tree_set_text(arena, file, "blake2b", arena_strdup(arena, hash));
    }
    tree_write_json(manifest, out, true);
    buffer_char(out, '\n');
}

int site_build(struct arena *arena, const struct publication *publication,
               const struct openbooks_printer *printer, struct site_file **ret_files, size_t *ret_count,
               struct error *error)
{
    _cleanup_buffer_ struct buffer csv = {0}, json = {0}, manifest = {0};
    struct site_file *files =
        ARENA_ARRAY(arena, struct site_file, publication->page_count * 2 + COUNT_OF(assets) + 8);
    *ret_files = files;
    *ret_count = 0;
    if (!publication->page_count)
        return error_set(error, ERR_REFUSED, "", N_("Nothing was published yet."), NULL);
    int code = print_pages(arena, publication, printer, files, ret_count, error);
    if (code)
        return code;
    write_csv(arena, publication, &csv);
    keep_file(arena, files, ret_count, "data/figures.csv", &csv);
    write_json(arena, publication, &json);
    keep_file(arena, files, ret_count, "data/figures.json", &json);
    for (size_t i = 0; i < COUNT_OF(assets); i++) {
        const struct embedded *asset = embed_find(assets[i].embedded);
        files[(*ret_count)++] = (struct site_file){assets[i].path, asset->bytes, asset->length};
    }
    write_manifest(arena, publication, files, *ret_count, &manifest);
    keep_file(arena, files, ret_count, "manifest.json", &manifest);
    return 0;
}
