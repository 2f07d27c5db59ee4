/* Personal order forms of everybody in one PDF, beside cairo drawing the same number of plain pages: 55 lines of 80 characters
 * each, one font, nothing else.
 *
 * usage: bench_forms [PEOPLE [PRODUCTS]]   600 and 120; prints one JSON object */
#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "canteen_house.h"

enum { ROUNDS = 5, LINES = 55, PAGES_EACH = 2 };

static cairo_status_t take(void *closure, const unsigned char *bytes, unsigned int length)
{
    return fwrite(bytes, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static double plain_pages(int pages)
{
    FILE *file = tmpfile();
    double start = bench_seconds();
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take, file, 595, 842);
    cairo_t *cr = cairo_create(surface);
    cairo_select_font_face(cr, "Liberation Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, 9);
    for (int page = 0; page < pages; page++) {
        for (int line = 0; line < LINES; line++) {
            char text[100];
            snprintf(text, sizeof text, "%-5d Une ligne ordinaire de quatre-vingts signes, sans rien de plus qu'elle-meme. %3d", page, line);
            cairo_move_to(cr, 40, 40 + line * 13.8);
            cairo_show_text(cr, text);
        }
        cairo_show_page(cr);
    }
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    double seconds = bench_seconds() - start;
    fclose(file);
    return pages / seconds;
}

static double order_forms(struct bench_house *house, long *ret_bytes)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    struct error error = {0};
    struct tree *input = tree_map(arena);
    const char *name;
    FILE *file = tmpfile();
    tree_set_text(arena, input, "cycle", "C0");
    tree_set_text(arena, input, "establishment", "ma-rouen");
    double start = bench_seconds();
    bench_must(download_write(house->app, app_download(house->app, "canteen.forms"), &session_local, "fr", input, arena, file, &name, &error), &error);
    double seconds = bench_seconds() - start;
    *ret_bytes = ftell(file);
    fclose(file);
    return house->people * PAGES_EACH / seconds;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static long peak_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

int main(int count, char **words)
{
    struct bench_house house;
    double ratios[ROUNDS], ours = 0;
    long bytes = 0;
    int people = count > 1 ? atoi(words[1]) : 600;
    bench_open(&house, people, count > 2 ? atoi(words[2]) : 120, 1);
    long before = peak_kb();
    order_forms(&house, &bytes); /* fonts are found */
    long after = peak_kb();
    for (int i = 0; i < ROUNDS; i++) {
        ours = order_forms(&house, &bytes);
        ratios[i] = ours / plain_pages(people * PAGES_EACH);
    }
    qsort(ratios, ROUNDS, sizeof *ratios, ascending);
    printf("{\"forms_to_plain_pages\":{\"median\":%.3f,\"min\":%.3f,\"max\":%.3f},\"pages\":%d,\"pages_per_second\":%.0f,\"bytes\":%ld,"
           "\"peak_kb\":%ld,\"peak_grew_kb\":%ld}\n", ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1], people * PAGES_EACH, ours, bytes, after, after - before);
    bench_close(&house);
    return 0;
}
