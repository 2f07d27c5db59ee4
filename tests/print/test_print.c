#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "letter.h"
#include "print/document.h"
#include "print/print.h"

/* Fontconfig keeps 288 bytes of its configuration out of reach, once per process. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static const struct document_info plain_info = {.title = "Essai", .date = "2026-03-02", .language = "fr"};

/* What a tool of poppler-utils says of a PDF, no-break spaces made plain; NULL when the tool is not
 * installed. */
static char *tool_read(struct arena *arena, const char *command, const struct buffer *pdf)
{
    char path[] = "/tmp/maillon-print-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf->bytes, pdf->length), (ssize_t)pdf->length);
    close(fd);
    char line[512];
    struct buffer out = {0};
    snprintf(line, sizeof line, command, path);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    for (size_t got; (got = fread(line, 1, sizeof line, pipe)) > 0;)
        buffer_add(&out, line, got);
    int status = pclose(pipe);
    unlink(path);
    char *text = status ? NULL : arena_strdup(arena, buffer_string(&out)), *to = text;
    for (const char *from = text; from && *from; to++) {
        bool hard = text_starts(from, "\u00A0");
        *to = hard ? ' ' : *from;
        from += hard ? 2 : 1;
    }
    if (text)
        *to = 0;
    buffer_free(&out);
    return text;
}

/* Writes, and checks what holds for every PDF. */
static void write_pdf(const struct document *document, struct buffer *pdf)
{
    struct error error = {0};
    struct buffer again = {0};
    assert_int_equal(document_write_pdf(document, pdf, &error), 0);
    assert_memory_equal(pdf->bytes, "%PDF-1.4", 8);
    assert_memory_equal(pdf->bytes + pdf->length - 6, "%%EOF\n", 6);
    assert_int_equal(document_write_pdf(document, &again, &error), 0);
    assert_int_equal(again.length, pdf->length);
    assert_memory_equal(again.bytes, pdf->bytes, pdf->length);
    buffer_free(&again);
}

static int page_count(struct arena *arena, const struct buffer *pdf)
{
    char *info = tool_read(arena, "pdfinfo %s 2>&1", pdf);
    if (!info)
        return -1;
    assert_null(strstr(info, "Error"));
    const char *pages = strstr(info, "Pages:");
    return pages ? atoi(pages + 6) : 0;
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("“%s” is not in: %.3000s", part, text);
}

static void test_letter_pdf(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer pdf = {0};
    write_pdf(letter_make(arena), &pdf);
    assert_true(pdf.length < 200 * 1024);
    assert_non_null(memmem(pdf.bytes, pdf.length, "/Lang (fr-FR)", 13));
    char *info = tool_read(arena, "pdfinfo %s 2>&1", &pdf);
    if (!info) {
        print_message("poppler-utils is not installed: the content of the PDF is not read back\n");
        return;
    }
    assert_contains(info, "Lettre de groupement");
    assert_contains(info, "Maillon");
    assert_contains(info, "Mon Mar  2");
    assert_contains(info, "Tagged:          yes");
    assert_int_equal(page_count(arena, &pdf), 3);
    char *text = tool_read(arena, "pdftotext -layout %s - 2>&1", &pdf);
    static const char *const words[] = {"Lettre de groupement",   "CONSULTATION EX-2026-014",
                                        "Saint-Aubin-le-Sec",     "000 000 018 00019",
                                        "948 599,80 €",           "65,00 %",
                                        "Groupement solidaire :", "d’exclusion",
                                        "SIGNATURE ET CACHET",    "2 / 3"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        assert_contains(text, words[i]);
}

static void test_letter_text(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    const struct document *letter = letter_make(arena);
    for (int width = 40; width <= 120; width += 7) {
        _cleanup_buffer_ struct buffer out = {0};
        struct error error = {0};
        assert_int_equal(document_write_text(letter, width, &out, &error), 0);
        for (char *line = strtok(out.bytes, "\n"); line; line = strtok(NULL, "\n")) {
            assert_true(text_characters(line) <= (size_t)width);
            assert_int_not_equal(line[strlen(line) - 1], ' ');
        }
    }
}

static void add_every_block(struct document *d)
{
    static const struct document_column columns[] = {
        {"Lot", ALIGN_LEFT, 0}, {"Objet", ALIGN_LEFT, 1}, {"n", ALIGN_CENTER, 0}, {"Part", ALIGN_RIGHT, 0}};
    static const char *const fields[] = {"Nom", "Signature et cachet", NULL};
    document_addresses(d, "EXEMPLE A\n1, rue du Port", "EXEMPLE B\n2, rue du Puits\n00100 Valmorel");
    document_heading(d, 1, "Première partie");
    document_paragraph(d, "Un paragraphe assez long pour passer à la ligne, sans couper un mot.");
    document_heading(d, 2, "Sous-titre");
    document_item(d, "un point qui tient sur deux lignes, et dont la suite est en retrait");
    document_item(d, "deux");
    document_check(d, true, "coché");
    document_check(d, false, "à cocher");
    document_fact(d, "SIRET", "000 000 018 00019");
    document_fact(d, "Adresse", "1, rue du Port\n00100 Valmorel");
    document_table(d, columns, 4);
    document_row(d, (const char *[]){"1", "Cantine : approvisionnement et préparation", "a", "1 234,00 €"});
    document_row(d, (const char *[]){"2", "Saint-Aubin-le-Sec", "bc", "5,50 €"});
    document_total(d, (const char *[]){NULL, "Ensemble", NULL, "1 239,50 €"});
    document_note(d, "À confirmer.");
    document_page_break(d);
    document_signature(d, "EXEMPLE A", "Mandataire", fields);
    document_qr(d, "MLN:42", "Code de la page");
}

static void test_text_golden(void **state)
{
    (void)state;
    static const char expected[] = "Essai\n"
                                   "                              2 mars 2026\n"
                                   "═════════════════════════════════════════\n"
                                   "\n"
                                   "EXEMPLE A             EXEMPLE B\n"
                                   "1, rue du Port        2, rue du Puits\n"
                                   "                      00100 Valmorel\n"
                                   "\n"
                                   "Première partie\n"
                                   "───────────────\n"
                                   "Un paragraphe assez long pour passer à la\n"
                                   "ligne, sans couper un mot.\n"
                                   "\n"
                                   "Sous-titre\n"
                                   "• un point qui tient sur deux lignes, et\n"
                                   "  dont la suite est en retrait\n"
                                   "• deux\n"
                                   "\n"
                                   "[x] coché\n"
                                   "[ ] à cocher\n"
                                   "\n"
                                   "SIRET    000 000 018 00019\n"
                                   "Adresse  1, rue du Port\n"
                                   "         00100 Valmorel\n"
                                   "\n"
                                   "Lot  Objet                 n         Part\n"
                                   "───  ────────────────────  ──  ──────────\n"
                                   "1    Cantine :             a   1 234,00 €\n"
                                   "     approvisionnement et\n"
                                   "     préparation\n"
                                   "2    Saint-Aubin-le-Sec    bc      5,50 €\n"
                                   "───  ────────────────────  ──  ──────────\n"
                                   "     Ensemble                  1 239,50 €\n"
                                   "═══  ════════════════════  ══  ══════════\n"
                                   "\n"
                                   "  À confirmer.\n"
                                   "\n"
                                   "EXEMPLE A\n"
                                   "Mandataire\n"
                                   "  Nom                  ..................\n"
                                   "  Signature et cachet  ..................\n"
                                   "\n"
                                   "Code de la page\n"
                                   "MLN:42\n";
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer out = {0};
    struct error error = {0};
    struct document *d = document_new(arena, &plain_info);
    add_every_block(d);
    assert_int_equal(document_write_text(d, 41, &out, &error), 0);
    assert_string_equal(buffer_string(&out), expected);
}

static void test_every_block_pdf(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer pdf = {0};
    struct document *d = document_new(arena, &plain_info);
    add_every_block(d);
    write_pdf(d, &pdf);
    int pages = page_count(arena, &pdf);
    assert_true(pages == 2 || pages == -1);
}

/* Nothing, and texts that were made to break a layout. */
static void test_hostile_texts(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer pdf = {0}, text = {0}, words = {0}, word = {0};
    struct error error = {0};
    write_pdf(document_new(arena, &(struct document_info){0}), &pdf);
    for (int i = 0; i < 1000; i++) {
        buffer_text(&words, "mot ");
        buffer_text(&word, "long");
    }
    static const struct document_column columns[] = {
        {"A", ALIGN_LEFT, 1}, {"B", ALIGN_RIGHT, 0}, {NULL, ALIGN_CENTER, 0}};
    struct document *d = document_new(
        arena, &(struct document_info){.title = words.bytes, .reference = word.bytes, .footer = words.bytes});
    static const char *const names[] = {"محمد بن عبد الله",
                                        "😀👩‍👩‍👧",
                                        "<b>&amp;</b>",
                                        "\xff\xfe bad",
                                        "a\x01\x1b[31mb",
                                        "\u202Efdp.exe",
                                        "",
                                        NULL};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        document_paragraph(d, names[i]);
        document_fact(d, names[i], names[i]);
        document_check(d, i % 2, names[i]);
        document_heading(d, (int)i - 2, names[i]);
    }
    document_fact(d, words.bytes, word.bytes);
    document_item(d, word.bytes);
    document_table(d, columns, 3);
    document_row(d, (const char *[]){words.bytes, "1,00", NULL});
    document_row(d, (const char *[]){"a", word.bytes, words.bytes});
    document_total(d, (const char *[]){words.bytes, "", word.bytes});
    document_addresses(d, words.bytes, word.bytes);
    buffer_clear(&pdf);
    write_pdf(d, &pdf);
    assert_int_equal(document_write_text(d, 80, &text, &error), 0);
    assert_true(text_is_clean(text.bytes, text.length));
    assert_null(strstr(text.bytes, "\u202E"));
    assert_contains(text.bytes, "\uFFFD\uFFFD bad");
    assert_contains(text.bytes, "<b>&amp;</b>");
}

static void test_long_table(void **state)
{
    (void)state;
    enum { ROWS = 10000 };
    static const struct document_column columns[] = {{"Nom", ALIGN_LEFT, 1}, {"Montant", ALIGN_RIGHT, 0}};
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer pdf = {0};
    struct error error = {0};
    struct document *d = document_new(arena, &plain_info);
    document_table(d, columns, 2);
    for (int i = 0; i < ROWS; i++)
        document_row(d, (const char *[]){arena_printf(arena, "EXEMPLE %d", i), "1 234,50 €"});
    assert_int_equal(document_write_pdf(d, &pdf, &error), 0);
    char *text = tool_read(arena, "pdftotext -f 2 -l 2 %s - 2>&1", &pdf);
    if (!text)
        return;
    assert_contains(text, "MONTANT"); /* the head is repeated */
    text = tool_read(arena, "pdftotext %s - 2>&1", &pdf);
    assert_contains(text, "EXEMPLE 9999");
}

static void check_refusal(const struct document *d, int code, const char *part)
{
    _cleanup_buffer_ struct buffer out = {0};
    struct error error = {0};
    buffer_text(&out, "before");
    assert_int_equal(document_write_pdf(d, &out, &error), code);
    assert_string_equal(out.bytes, "before");
    assert_int_equal(out.length, 6);
    assert_contains(error.message, part);
}

static void test_limits(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer large = {0};
    for (int i = 0; i < 70000; i++)
        buffer_char(&large, 'a');
    struct document *pages = document_new(arena, &plain_info);
    for (int i = 0; i < 2000; i++)
        document_page_break(pages);
    check_refusal(pages, ERR_TOO_LARGE, "more than {0} pages");
    struct document *text = document_new(arena, &plain_info);
    document_paragraph(text, large.bytes);
    check_refusal(text, ERR_INTERNAL, "longer than 64 KB");
    struct document *stray = document_new(arena, &plain_info);
    document_paragraph(stray, "no table before");
    document_row(stray, (const char *[]){"a"});
    check_refusal(stray, ERR_INTERNAL, "outside a table");
    struct document *columns = document_new(arena, &plain_info);
    document_table(columns, NULL, 0);
    check_refusal(columns, ERR_INTERNAL, "no column");
    large.bytes[2400] = 0;
    struct document *code = document_new(arena, &plain_info);
    document_qr(code, large.bytes, "");
    check_refusal(code, ERR_TOO_LARGE, "QR code");
    struct document *empty_code = document_new(arena, &plain_info);
    document_qr(empty_code, "", "");
    check_refusal(empty_code, ERR_TOO_LARGE, "QR code");
    struct document *name = document_new(arena, &plain_info);
    document_signature(name, large.bytes, "", NULL);
    check_refusal(name, ERR_INTERNAL, "too long");
}

static void test_typography(void **state)
{
    (void)state;
    static const char *const samples[][2] = {
        {"Objet : « mot » !", "Objet\u00a0: «\u00a0mot\u00a0»\u00a0!"},
        {"1 234,50 € et 45 %", "1\u00a0234,50\u00a0€ et 45\u00a0%"},
        {"1\u202f234", "1\u00a0234"},
        {"l'article 3, n° 4", "l’article\u00a03, n°\u00a04"},
        {"'quoted' a' 'b", "'quoted' a' 'b"},
        {"plain words", "plain words"},
    };
    _cleanup_arena_ struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(samples); i++)
        assert_string_equal(text_made_typographic(arena, samples[i][0], "fr"), samples[i][1]);
    assert_string_equal(text_made_typographic(arena, "Note: it's 5 % off", "en"), "Note: it's 5 % off");
    /* A word without end gets places to break, between characters. */
    _cleanup_buffer_ struct buffer word = {0};
    for (int i = 0; i < 1000; i++)
        buffer_text(&word, "é");
    const char *broken = text_made_typographic(arena, word.bytes, "en");
    assert_non_null(strstr(broken, "é\u200Bé"));
    assert_true(text_is_utf8(broken, strlen(broken)));
}

static void test_labels(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    static const char *const names[] = {"70x37", "63x38", "99x67"};
    struct label labels[30];
    for (int i = 0; i < 30; i++)
        labels[i] =
            (struct label){"EXEMPLE – Boîte des Tables du Levant, rayon des conserves, premier étage",
                           "Bâtiment C\nPanier sec\nsans porc\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no",
                           i % 2 ? "MLN:2026-0042" : NULL};
    labels[3] = (struct label){0};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        _cleanup_buffer_ struct buffer pdf = {0};
        struct error error = {0};
        const struct label_sheet *sheet = label_sheet_find(names[i]);
        int per_page = sheet->columns * sheet->rows;
        assert_int_equal(labels_write_pdf(&plain_info, sheet, 2, labels, 30, &pdf, &error), 0);
        int pages = page_count(arena, &pdf);
        assert_true(pages == (32 + per_page - 1) / per_page || pages == -1);
        char *text = tool_read(arena, "pdftotext %s - 2>&1", &pdf);
        if (text)
            assert_contains(text, "…");
        assert_int_equal(labels_write_pdf(&plain_info, sheet, per_page, labels, 1, &pdf, &error),
                         ERR_INVALID);
    }
    assert_null(label_sheet_find("1x1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter_pdf),    cmocka_unit_test(test_letter_text),
        cmocka_unit_test(test_text_golden),   cmocka_unit_test(test_every_block_pdf),
        cmocka_unit_test(test_hostile_texts), cmocka_unit_test(test_long_table),
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_typography),
        cmocka_unit_test(test_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
