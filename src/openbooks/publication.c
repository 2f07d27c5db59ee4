/* Computing, keeping and reading publications. */
#include "openbooks/publication.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "kernel/action.h"

/* --- computing --- */

void site_hash(const void *bytes, size_t length, char ret_hex[PUBLICATION_HASH_BYTES])
{
    unsigned char digest[32];
    crypto_generichash(digest, sizeof digest, bytes, length, NULL, 0);
    sodium_bin2hex(ret_hex, PUBLICATION_HASH_BYTES, digest, sizeof digest);
}

static void hash_figures(struct publication *publication, const char *siren)
{
    _cleanup_buffer_ struct buffer text = {0};
    buffer_printf(&text, "%s %s\n", siren, publication->published_on);
    for (size_t i = 0; i < publication->figures.count; i++) {
        const struct figure *figure = &publication->figures.items[i];
        buffer_printf(&text, "%s=", figure->id);
        if (!figure->hidden)
            buffer_printf(&text, "%" PRId64, figure->value);
        buffer_char(&text, '\n');
    }
    site_hash(text.bytes, text.length, publication->hash);
}

/* What a page says of the publication it is in. */
static void add_colophon(struct arena *arena, const struct publication *publication,
                         struct publication_page *page, const struct report *reports, size_t count)
{
    tree_set_text(arena, page->tree, "hash", publication->hash);
    struct tree *years = tree_set_list(arena, page->tree, "years");
    for (size_t i = 0; i < count; i++) {
        struct tree *year = tree_add_map(arena, years);
        char id[64];
        snprintf(id, sizeof id, "%s.income_total", reports[i].year.code);
        const struct figure *income = figures_find(&publication->figures, id);
        snprintf(id, sizeof id, "%s.result", reports[i].year.code);
        const struct figure *result = figures_find(&publication->figures, id);
        tree_set_text(arena, year, "code", arena_strdup(arena, reports[i].year.code));
        tree_set_bool(arena, year, "current", text_is(reports[i].year.code, page->year));
        tree_set_bool(arena, year, "open", !reports[i].year.closed);
        tree_set_bool(arena, year, "unbooked",
                      reports[i].year.closed && reports[i].result_cents && !reports[i].booked);
        tree_set_text(arena, year, "income", euros_text(arena, income->euros, page->language));
        tree_set_text(arena, year, "result", euros_text(arena, result->euros, page->language));
    }
}

int publication_compute(struct db *db, struct arena *arena, const char *as_of, const char *const *years,
                        size_t year_count, struct publication *ret_publication, struct error *error)
{
    struct publication *publication = ret_publication;
    struct published_list *published = ARENA_NEW(arena, struct published_list);
    struct report *reports = ARENA_ARRAY(arena, struct report, year_count + 1);
    *publication = (struct publication){.program = MAILLON_VERSION, .figures = {.arena = arena}};
    snprintf(publication->published_on, DATE_BYTES, "%s", as_of);
    int code = published_read(arena, published, error);
    for (size_t i = 0; i < year_count && !code; i++) {
        code = report_read(db, arena, published, years[i], as_of, &reports[i], error);
        if (!code)
            figures_add_report(&publication->figures, &reports[i]);
    }
    if (code)
        return code;
    hash_figures(publication, year_count ? reports[0].entity.siren : "");
    publication->pages = ARENA_ARRAY(arena, struct publication_page, year_count * LANGUAGES + 1);
    for (size_t i = 0; i < year_count; i++)
        for (int language = 0; language < LANGUAGES; language++) {
            struct publication_page *page = &publication->pages[publication->page_count++];
            *page = (struct publication_page){arena_strdup(arena, years[i]), language,
                                              page_tree(arena, &reports[i], &publication->figures, language)};
            add_colophon(arena, publication, page, reports, year_count);
        }
    return 0;
}

size_t publication_years(struct arena *arena, const struct publication *publication, const char ***ret_years)
{
    size_t count = 0;
    *ret_years = ARENA_ARRAY(arena, const char *, publication->page_count + 1);
    for (size_t i = 0; i < publication->page_count; i++)
        if (publication->pages[i].language == FRENCH)
            (*ret_years)[count++] = publication->pages[i].year;
    return count;
}

/* --- keeping --- */

static const char *const kinds[] = {
    [FIGURE_MONEY] = "money", [FIGURE_PART] = "part", [FIGURE_PEOPLE] = "people"};

static int keep_figures(struct db *db, const struct publication *publication, struct error *error)
{
    int code = 0;
    for (size_t i = 0; i < publication->figures.count && !code; i++) {
        const struct figure *figure = &publication->figures.items[i];
        code = db_run(db,
                      "INSERT INTO openbooks_figure (publication, figure, rank, kind, value, title_fr, "
                      "title_en, definition_fr,"
                      " definition_en) VALUES (:publication, :figure, :rank, :kind, :value, :title_fr, "
                      ":title_en, :definition_fr,"
                      " :definition_en)",
                      BIND(INT("publication", publication->number), TEXT("figure", figure->id),
                           INT("rank", (int64_t)i), TEXT("kind", kinds[figure->kind]),
                           INT_OR_NULL("value", !figure->hidden, figure->value),
                           TEXT("title_fr", figure->name[FRENCH]), TEXT("title_en", figure->name[ENGLISH]),
                           TEXT("definition_fr", figure->what->definition[FRENCH]),
                           TEXT("definition_en", figure->what->definition[ENGLISH])),
                      error);
    }
    return code;
}

static int keep_pages(struct db *db, const struct publication *publication, struct error *error)
{
    int code = 0;
    for (size_t i = 0; i < publication->page_count && !code; i++) {
        const struct publication_page *page = &publication->pages[i];
        _cleanup_buffer_ struct buffer json = {0};
        tree_write_json(page->tree, &json, false);
        code =
            db_run(db,
                   "INSERT INTO openbooks_page (publication, year, language, page) VALUES (:publication, "
                   ":year, :language, :page)",
                   BIND(INT("publication", publication->number), TEXT("year", page->year),
                        TEXT("language", language_code(page->language)), TEXT("page", buffer_string(&json))),
                   error);
    }
    return code;
}

static int keep(struct ctx *ctx, struct publication *publication)
{
    int64_t last;
    int code = db_int(ctx->db, "SELECT MAX(number) FROM openbooks_publication", NULL, 0, &last, ctx->error);
    publication->number = last + 1;
    if (!code)
        code = db_run(
            ctx->db,
            "INSERT INTO openbooks_publication (number, published_on, hash, program, author, at)"
            " VALUES (:number, :published_on, :hash, :program, :author, :at)",
            BIND(INT("number", publication->number), TEXT("published_on", publication->published_on),
                 TEXT("hash", publication->hash), TEXT("program", publication->program),
                 TEXT("author", actor_name(ctx->app, ctx->session, ctx->arena)), INT("at", ctx->now_ms)),
            ctx->error);
    if (!code)
        code = keep_figures(ctx->db, publication, ctx->error);
    return code ? code : keep_pages(ctx->db, publication, ctx->error);
}

/* Every closed year, and the one asked for; when none is closed the last one, as it stands. */
static int choose_years(struct ctx *ctx, const char *asked, const char *const **ret_years, size_t *ret_count)
{
    struct ledger_year *years = ARENA_ARRAY(ctx->arena, struct ledger_year, REPORT_YEARS_MAX);
    const char **chosen = ARENA_ARRAY(ctx->arena, const char *, REPORT_YEARS_MAX + 1);
    size_t count, kept = 0;
    bool found = !asked, closed = false;
    int code = report_years(ctx->db, ctx->today, years, &count, ctx->error);
    if (code)
        return code;
    for (size_t i = 0; i < count; i++)
        closed |= years[i].closed;
    for (size_t i = 0; i < count; i++) {
        bool wanted = asked && text_is(years[i].code, asked);
        found |= wanted;
        if (years[i].closed || wanted || (!asked && !closed && i == 0))
            chosen[kept++] = years[i].code;
    }
    if (!found)
        return error_set(ctx->error, ERR_NOT_FOUND, "year", N_("There are no books of the year {0}."), asked,
                         NULL);
    if (!kept)
        return error_set(ctx->error, ERR_REFUSED, "year",
                         N_("There are no books yet: nothing can be published."), NULL);
    *ret_years = chosen;
    *ret_count = kept;
    return 0;
}

/* The same figures published again on the same day are the same publication. */
int openbooks_publish(struct ctx *ctx, const struct tree *args, struct tree *result)
{
    struct publication publication, last;
    const char *const *years = NULL;
    size_t year_count = 0;
    int code = choose_years(ctx, tree_text(args, "year"), &years, &year_count);
    if (!code)
        code =
            publication_compute(ctx->db, ctx->arena, ctx->today, years, year_count, &publication, ctx->error);
    if (code)
        return code;
    code = publication_read(ctx->db, ctx->arena, 0, &last, ctx->error);
    if (code && code != ERR_NOT_FOUND)
        return code;
    bool same = !code && text_is(last.hash, publication.hash) && text_is(last.program, publication.program);
    *ctx->error = (struct error){0};
    publication.number = last.number;
    code = same ? 0 : keep(ctx, &publication);
    tree_set_int(ctx->arena, result, "publication", publication.number);
    tree_set_text(ctx->arena, result, "published_on", arena_strdup(ctx->arena, publication.published_on));
    tree_set_text(ctx->arena, result, "year", years[0]);
    tree_set_int(ctx->arena, result, "figures", (int64_t)publication.figures.count);
    tree_set_text(ctx->arena, result, "hash", arena_strdup(ctx->arena, publication.hash));
    return code;
}

/* --- reading --- */

static enum figure_kind kind_of(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (text_is(kinds[i], name))
            return (enum figure_kind)i;
    return FIGURE_MONEY;
}

static int read_figures(struct db *db, struct arena *arena, struct publication *publication,
                        struct error *error)
{
    _cleanup_rows_ struct rows *rows = NULL;
    int64_t count;
    int code = db_int(db, "SELECT COUNT(*) FROM openbooks_figure WHERE publication = :publication",
                      BIND(INT("publication", publication->number)), 0, &count, error);
    if (!code)
        code = db_query(db,
                        "SELECT figure, kind, value, title_fr, title_en, definition_fr, definition_en FROM "
                        "openbooks_figure"
                        " WHERE publication = :publication ORDER BY rank",
                        BIND(INT("publication", publication->number)), &rows, error);
    if (code)
        return code;
    struct figure *items = ARENA_ARRAY(arena, struct figure, count + 1);
    publication->figures = (struct figures){arena, items, 0, (size_t)count};
    while ((int64_t)publication->figures.count < count && rows_next(rows)) {
        struct published *what = ARENA_NEW(arena, struct published);
        for (int language = 0; language < LANGUAGES; language++) {
            what->name[language] = arena_strdup(arena, rows_text(rows, 3 + language));
            what->definition[language] = arena_strdup(arena, rows_text(rows, 5 + language));
        }
        items[publication->figures.count++] =
            (struct figure){.id = arena_strdup(arena, rows_text(rows, 0)),
                            .kind = kind_of(rows_text(rows, 1)),
                            .value = rows_int(rows, 2),
                            .hidden = rows_null(rows, 2),
                            .what = what,
                            .name = {what->name[FRENCH], what->name[ENGLISH]}};
    }
    struct rows *ended = rows;
    rows = NULL;
    return rows_close(ended);
}

static int read_pages(struct db *db, struct arena *arena, struct publication *publication,
                      struct error *error)
{
    _cleanup_rows_ struct rows *rows = NULL;
    int code = db_query(db,
                        "SELECT year, language, page FROM openbooks_page WHERE publication = :publication "
                        "ORDER BY year DESC, language DESC",
                        BIND(INT("publication", publication->number)), &rows, error);
    if (code)
        return code;
    publication->pages = ARENA_ARRAY(arena, struct publication_page, REPORT_YEARS_MAX * LANGUAGES);
    while (publication->page_count < REPORT_YEARS_MAX * LANGUAGES && rows_next(rows)) {
        const char *text = arena_strdup(arena, rows_text(rows, 2));
        struct publication_page *page = &publication->pages[publication->page_count++];
        page->year = arena_strdup(arena, rows_text(rows, 0));
        page->language = text_is(rows_text(rows, 1), "fr") ? FRENCH : ENGLISH;
        code = tree_read_json(arena, text, strlen(text), &page->tree, error);
        if (code)
            return code;
    }
    struct rows *ended = rows;
    rows = NULL;
    return rows_close(ended);
}

int publication_read(struct db *db, struct arena *arena, int64_t number, struct publication *ret_publication,
                     struct error *error)
{
    _cleanup_rows_ struct rows *rows = NULL;
    int64_t last;
    *ret_publication = (struct publication){0};
    int code = db_int(db, "SELECT MAX(number) FROM openbooks_publication", NULL, 0, &last, error);
    if (!code)
        code = db_query(
            db,
            "SELECT number, published_on, hash, program FROM openbooks_publication WHERE number = :number",
            BIND(INT("number", number ? number : last)), &rows, error);
    if (code)
        return code;
    if (!rows_next(rows))
        return error_set(
            error, ERR_NOT_FOUND, "",
            number ? N_("This database never published that.") : N_("Nothing was published yet."), NULL);
    ret_publication->number = rows_int(rows, 0);
    snprintf(ret_publication->published_on, DATE_BYTES, "%s", rows_text(rows, 1));
    snprintf(ret_publication->hash, PUBLICATION_HASH_BYTES, "%s", rows_text(rows, 2));
    ret_publication->program = arena_strdup(arena, rows_text(rows, 3));
    struct rows *ended = rows;
    rows = NULL;
    code = rows_close(ended);
    if (!code)
        code = read_figures(db, arena, ret_publication, error);
    return code ? code : read_pages(db, arena, ret_publication, error);
}
