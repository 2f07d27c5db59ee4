/* The FEC: reading files made anywhere, importing them whole entry by whole entry, writing ours, checking either. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"
#include "ledger/fec.h"
#include "ledger/ledger.h"
#include "support/support.h"

static const struct subject *const rooms[] = {&ledger_subject, NULL};

#define HEADER                                                                                                     \
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t" \
    "PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n"
#define LINE(journal, number, date, account, aux, label, debit, credit) \
    journal "\tJournal\t" number "\t" date "\t" account "\tCompte " account "\t" aux "\t" aux "\tP" number "\t" date "\t" label "\t" debit "\t" credit "\t\t\t" date "\t\t\n"

static int open_years(struct db *db, void *context, struct error *error)
{
    struct ledger_year year;
    (void)context;
    int result = ledger_year_open(db, "2023", "2023-01-01", "2023-12-31", &year, error);
    return result ? result : ledger_year_open(db, "2024", "2024-01-01", "2024-12-31", &year, error);
}

static void open_books(struct house *house)
{
    house_open(house, rooms);
    assert_int_equal(house_run(house, &session_local, "ledger entity",
                               "{'siren':'552100554','name':'Coopérative de l’Exemple','kind':'scic','example':true}", NULL),
                     0);
    assert_int_equal(store_write(house->store, open_years, NULL, false, &house->error), 0);
}

static struct tree *import_bytes(struct house *house, const char *bytes, size_t length, bool preview)
{
    struct tree *fields = tree_map(house->arena), *result = NULL;
    tree_set_text(house->arena, fields, "file", "x.txt");
    tree_set_bool(house->arena, fields, "preview", preview);
    struct action_request request = {&session_local, "en", fields, {"x.txt", bytes, length}, NULL};
    house->error = (struct error){0};
    if (action_run_here(house->app, app_action(house->app, "ledger import"), &request, NULL, NULL, NULL, house->arena, &result,
                        &house->error)) {
        fprintf(stderr,"import: %s %s %s\n", house->error.field, house->error.message, house->error.arguments[0]);
        return NULL;
    }
    return result;
}

static struct tree *import(struct house *house, const char *text)
{
    return import_bytes(house, text, strlen(text), false);
}

static int64_t count(const struct tree *report, const char *name)
{
    return tree_int(report, name, -1);
}

static size_t refused(const struct tree *report)
{
    return tree_get(report, "refused")->count;
}

static const char *export(struct house *house, const char *year, size_t *ret_length)
{
    struct fec_file file;
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    assert_int_equal(fec_export(house->store, year, out, &file, &house->error), 0);
    fclose(out);
    const char *kept = arena_copy(house->arena, bytes, length);
    free(bytes);
    if (ret_length)
        *ret_length = length;
    return kept;
}

/* --- cells --- */

static void amounts(void **state)
{
    static const struct {
        const char *text;
        enum fec_number kind;
        int64_t cents;
    } cases[] = {
        {"", FEC_NUMBER_FINE, 0},
        {"0,00", FEC_NUMBER_FINE, 0},
        {"12", FEC_NUMBER_FINE, 1200},
        {"12,5", FEC_NUMBER_FINE, 1250},
        {"1234,56", FEC_NUMBER_FINE, 123456},
        {"-1234,56", FEC_NUMBER_FINE, -123456},
        {"+7,00", FEC_NUMBER_FINE, 700},
        {"7,000", FEC_NUMBER_FINE, 700},
        {"1234.56", FEC_NUMBER_POINT, 123456},
        {"92233720368547758,07", FEC_NUMBER_LARGE, 0},
        {"9223372036854775,07", FEC_NUMBER_FINE, 922337203685477507},
        {"99999999999999999999", FEC_NUMBER_LARGE, 0},
        {"7,001", FEC_NUMBER_DECIMALS, 0},
        {"1 234,56", FEC_NUMBER_GROUPED, 0},
        {"1\xC2\xA0" "234,56", FEC_NUMBER_GROUPED, 0},
        {"1.234,56", FEC_NUMBER_GROUPED, 0},
        {"1'234", FEC_NUMBER_GROUPED, 0},
        {"abc", FEC_NUMBER_BAD, 0},
        {",5", FEC_NUMBER_BAD, 0},
        {"-", FEC_NUMBER_BAD, 0},
        {"12-", FEC_NUMBER_BAD, 0},
        {"1e3", FEC_NUMBER_BAD, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t cents = 1;
        enum fec_number kind = fec_read_amount(cases[i].text, &cents);
        if (kind != cases[i].kind)
            fail_msg("%s: %d", cases[i].text, (int)kind);
        if (kind <= FEC_NUMBER_POINT)
            assert_int_equal(cents, cases[i].cents);
    }
}

static void dates(void **state)
{
    char date[11];
    (void)state;
    assert_true(fec_read_date("20240229", date));
    assert_string_equal(date, "2024-02-29");
    static const char *const bad[] = {"20230229", "2024-02-29", "2024022", "202402290", "29022024", "", "abcdefgh"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(fec_read_date(bad[i], date));
}

static void latin(void **state)
{
    static const struct {
        const char *text, *latin;
    } cases[] = {
        {"Café à 5 €", "Caf\xE9 \xE0 5 \xA4"},
        {"cœur Œuvre Ÿ Šš Žž", "c\xBDur \xBCuvre \xBE \xA6\xA8 \xB4\xB8"},
        {"l’entrée – « oui » … “x”", "l'entr\xE9" "e - \xAB oui \xBB ... \"x\""},
        {"tab\there|pipe\nline\r", "tab here pipe line "},
        {"Łódź Đā ﬁn ½", "L\xF3" "dz Da fin 1/2"},
        {"漢", "?"},
        {"a\xCC\x81", "a"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buffer out = {0};
        fec_put_text(&out, cases[i].text);
        assert_string_equal(buffer_string(&out), cases[i].latin);
        buffer_free(&out);
    }
    struct buffer out = {0};
    fec_put_amount(&out, 5);
    fec_put_amount(&out, INT64_MIN);
    fec_put_amount(&out, 123456);
    assert_string_equal(buffer_string(&out), "0,05-92233720368547758,081234,56");
    buffer_free(&out);
}

/* --- shapes of files --- */

static void shapes(void **state)
{
    static const char *const files[] = {
        /* tab and CR LF; | and LF; CR alone; BOM; names in other cases, with spaces and accents; Montant and Sens */
        "JournalCode\tEcritureNum\tEcritureDate\tCompteNum\tEcritureLib\tDebit\tCredit\r\nVE\t1\t20230105\t411\tx\t5,00\t0\r\nVE\t1\t20230105\t706\tx\t0,00\t5,00\r\n",
        "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Debit|Credit\nVE|1|20230105|411|x|5,00|0\nVE|1|20230105|706|x||5\n",
        "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Debit|Credit\rVE|1|20230105|411|x|5,00|0\rVE|1|20230105|706|x||5\r",
        "\xEF\xBB\xBFJOURNAL CODE|ecriturenum|ÉcritureDate|compte num|ECRITURE LIB|DÉBIT|credit\nVE|1|20230105|411|é|5,00|0\n\nVE|1|20230105|706|é||5",
        "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Montant|Sens\nVE|1|20230105|411|x|5,00|D\nVE|1|20230105|706|x|5|C\n",
        "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Montant|Sens\nVE|1|20230105|411|x|5,00|+1\nVE|1|20230105|706|x|5|-1\n",
        "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Debit|Credit\nVE|1|20230105|411|\xE9\xA4|5,00|0\nVE|1|20230105|706|x|-5|0\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct house house;
        open_books(&house);
        struct tree *report = import(&house, files[i]);
        assert_non_null(report);
        assert_int_equal(count(report, "read"), 2);
        if (count(report, "new") != 2)
            fail_msg("file %zu: %s", i, json_of(house.arena, report));
        assert_int_equal(house_int(&house, "SELECT debit_cents FROM ledger_account WHERE number = '411' AND auxiliary = ''"), 500);
        house_close(&house);
    }
}

static void latin_labels(void **state)
{
    struct house house;
    (void)state;
    open_books(&house);
    import(&house, "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Debit|Credit\nVE|1|20230105|411|\xE9t\xE9 \xA4 \xBDuvre|5,00|0\nVE|1|20230105|706|x|-5|0\n");
    assert_string_equal(house_text(&house, "SELECT label FROM ledger_entry WHERE journal = 'VE'"), "été € œuvre");
    house_close(&house);
}

static void no_fec(void **state)
{
    static const char *const files[] = {"", "hello\n", "a|b|c\n1|2|3\n", "\xFF\xFEJ\0o\0", "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Debit\n",
                                        "JournalCode|EcritureNum|EcritureDate|CompteNum|EcritureLib|Montant\n", HEADER};
    struct house house;
    (void)state;
    open_books(&house);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        assert_null(import(&house, files[i]));
        assert_int_equal(house.error.code, ERR_INVALID);
        assert_string_equal(house.error.field, "file");
    }
    house_close(&house);
}

/* --- importing --- */

static void again(void **state)
{
    struct house house;
    (void)state;
    const char *text = HEADER LINE("VE", "7", "20230110", "411", "80295478500010", "Vente", "120,00", "0,00")
        LINE("VE", "7", "20230110", "706", "", "Vente", "0,00", "120,00")
        LINE("BQ", "3", "20230211", "512000", "", "Encaissement", "120,00", "")
        LINE("BQ", "3", "20230211", "411", "80295478500010", "Encaissement", "", "120,00");
    open_books(&house);
    struct tree *report = import_bytes(&house, text, strlen(text), true);
    assert_int_equal(count(report, "new"), 4);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM ledger_entry"), 0);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM ledger_account WHERE auxiliary <> ''"), 0);
    report = import(&house, text);
    assert_int_equal(count(report, "read"), 4);
    assert_int_equal(count(report, "new"), 4);
    assert_int_equal(count(report, "entries"), 2);
    assert_int_equal(refused(report), 0);
    report = import(&house, text);
    assert_int_equal(count(report, "new"), 0);
    assert_int_equal(count(report, "same"), 4);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM ledger_entry"), 2);
    assert_int_equal(house_int(&house, "SELECT debit_cents - credit_cents FROM ledger_account WHERE number = '411' AND auxiliary <> ''"), 0);
    /* the same entry with another amount is refused, and the rest is not touched */
    report = import(&house, HEADER LINE("VE", "7", "20230110", "411", "80295478500010", "Vente", "121,00", "0,00")
                                LINE("VE", "7", "20230110", "706", "", "Vente", "0,00", "121,00"));
    assert_int_equal(refused(report), 2);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM ledger_entry"), 2);
    house_close(&house);
}

static void refusals(void **state)
{
    static const struct {
        const char *line, *field;
    } cases[] = {
        {LINE("VE", "1", "20230110", "411", "", "x", "10,00", "10,00"), "Credit"},
        {LINE("VE", "1", "20230110", "411", "", "x", "9,00", "0,00"), "Debit"},
        {LINE("VE", "1", "20230230", "411", "", "x", "10,00", "0,00"), "EcritureDate"},
        {LINE("VE", "1", "2023-01-10", "411", "", "x", "10,00", "0,00"), "EcritureDate"},
        {LINE("VE", "1", "20230111", "411", "", "x", "10,00", "0,00"), "EcritureDate"},
        {LINE("VE", "1", "20230110", "AB1", "", "x", "10,00", "0,00"), "CompteNum"},
        {LINE("VE", "1", "20230110", "999", "", "x", "10,00", "0,00"), "CompteNum"},
        {LINE("VE", "1", "20230110", "", "", "x", "10,00", "0,00"), "CompteNum"},
        {LINE("VE", "1", "20230110", "411", "", "x", "1 0,00", "0,00"), "Debit"},
        {LINE("VE", "1", "20230110", "411", "", "x", "10,001", "0,00"), "Debit"},
        {LINE("VE", "1", "20230110", "411", "", "x", "dix", "0,00"), "Debit"},
        {LINE("VE", "1", "20230110", "411", "", "x\tmore", "10,00", "0,00"), ""},
        {"VE\tJournal\t1\t20230110\n", ""},
        {LINE("VE", "1", "20230110", "411", "", "\x01", "10,00", "0,00"), ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct house house;
        open_books(&house);
        const char *text = arena_printf(house.arena, "%s%s%s%s%s", HEADER, LINE("VE", "1", "20230110", "706", "", "x", "0", "10,00"),
                                        cases[i].line, LINE("OD", "2", "20230110", "606", "", "fine", "3,00", ""),
                                        LINE("OD", "2", "20230110", "512", "", "fine", "", "3,00"));
        struct tree *report = import(&house, text);
        assert_non_null(report);
        /* both lines of the entry are refused, nothing of it is posted; the entry after it is */
        if (refused(report) < 2 || count(report, "new") + (int64_t)refused(report) != 4)
            fail_msg("case %zu: %s", i, json_of(house.arena, report));
        bool told = false;
        for (const struct tree *row = tree_get(report, "refused")->first; row; row = row->next)
            told |= text_is(tree_text(row, "field"), cases[i].field);
        if (!told)
            fail_msg("case %zu: %s", i, json_of(house.arena, report));
        assert_int_equal(house_int(&house, "SELECT count(*) FROM ledger_entry WHERE journal = 'VE'"), 0);
        house_close(&house);
    }
}

/* Two lines that cannot be read might have cancelled each other: what is left balances, and is refused all the same. */
static void never_half(void **state)
{
    struct house house;
    (void)state;
    open_books(&house);
    struct tree *report = import(&house, HEADER LINE("VE", "1", "20230110", "411", "", "x", "10,00", "") LINE("VE", "1", "20230110", "706", "", "x", "", "10,00")
                                             "VE\x01\n" LINE("VE", "2", "20230110", "411", "", "x", "10,00", "") LINE("VE", "2", "20230110", "706", "", "x", "", "10,00")
                                             LINE("VE", "3", "20230110", "411", "", "x", "10,00", "") LINE("VE", "3", "20230110", "706", "", "x", "", "10,00"));
    assert_int_equal(count(report, "read"), 7);
    assert_int_equal(refused(report), 5);
    assert_int_equal(count(report, "new"), 2);
    house_close(&house);
}

static void years_outside(void **state)
{
    struct house house;
    (void)state;
    open_books(&house);
    struct tree *report = import(&house, HEADER LINE("VE", "1", "20210110", "411", "", "x", "10,00", "") LINE("VE", "1", "20210110", "706", "", "x", "", "10,00"));
    assert_int_equal(refused(report), 2);
    assert_int_equal(count(report, "new"), 0);
    house_close(&house);
}

/* Balances brought forward are posted in the first year of the books only: later ones come from the year before. */
static void openings(void **state)
{
    struct house house;
    (void)state;
    open_books(&house);
    struct tree *report = import(&house, HEADER LINE("AN", "1", "20230101", "512", "", "A nouveau", "10,00", "") LINE("AN", "1", "20230101", "101", "", "A nouveau", "", "10,00")
                                             LINE("AN", "1", "20240101", "512", "", "A nouveau", "10,00", "") LINE("AN", "1", "20240101", "101", "", "A nouveau", "", "10,00"));
    /* one number, two dates: refused; as two files, the second is known already */
    assert_int_equal(refused(report), 4);
    report = import(&house, HEADER LINE("AN", "1", "20230101", "512", "", "A nouveau", "10,00", "") LINE("AN", "1", "20230101", "101", "", "A nouveau", "", "10,00"));
    assert_int_equal(count(report, "new"), 2);
    report = import(&house, HEADER LINE("AN", "1", "20240101", "512", "", "A nouveau", "10,00", "") LINE("AN", "1", "20240101", "101", "", "A nouveau", "", "10,00"));
    assert_int_equal(count(report, "merged"), 2);
    assert_int_equal(house_int(&house, "SELECT debit_cents FROM ledger_account WHERE number = '512' AND auxiliary = ''"), 1000);
    house_close(&house);
}

/* A line of 100 MB, a file cut in the middle of a line, NUL bytes: told, in little time and memory. */
static void hostile(void **state)
{
    struct house house;
    (void)state;
    open_books(&house);
    size_t huge = 100 << 20;
    struct buffer text = {0};
    buffer_text(&text, HEADER LINE("VE", "1", "20230110", "411", "", "x", "10,00", "") LINE("VE", "1", "20230110", "706", "", "x", "", "10,00"));
    char *line = memory_get(huge);
    memset(line, 'x', huge);
    buffer_add(&text, line, huge);
    free(line);
    double began = seconds_now();
    struct tree *report = import_bytes(&house, text.bytes, text.length, false);
    assert_int_equal(count(report, "read"), 3);
    assert_int_equal(refused(report), 3);
    assert_true(seconds_now() - began < 20);
    buffer_clear(&text);
    buffer_text(&text, HEADER LINE("VE", "1", "20230110", "411", "", "x", "10,00", "") "VE\tJournal\t1\t2023");
    assert_int_equal(refused(import_bytes(&house, text.bytes, text.length, false)), 2);
    buffer_clear(&text);
    buffer_text(&text, HEADER);
    buffer_add(&text, "VE\0\0\t\n", 6);
    report = import_bytes(&house, text.bytes, text.length, false);
    assert_int_equal(refused(report), 1);
    buffer_free(&text);
    house_close(&house);
}

/* --- writing --- */

static const char small[] =
    HEADER LINE("VE", "7", "20230110", "411", "80295478500010", "Vente à l’été – œuvre", "120,00", "0,00")
        LINE("VE", "7", "20230110", "706", "", "Vente", "0,00", "120,00")
        LINE("BQ", "3", "20230211", "512000", "", "Encaissement", "120,00", "")
        LINE("BQ", "3", "20230211", "411", "80295478500010", "Encaissement", "", "120,00");

static void round_trip(void **state)
{
    struct house house, other;
    size_t length;
    (void)state;
    open_books(&house);
    open_books(&other);
    assert_int_equal(count(import(&house, small), "new"), 4);
    const char *bytes = export(&house, "2023", &length);
    struct tree *check = fec_check(house.arena, "en", "552100554FEC20231231.txt", bytes, length);
    if (tree_int(check, "errors", 1) || tree_int(check, "alerts", 1))
        fail_msg("%s", json_of(house.arena, check));
    assert_int_equal(tree_int(check, "lines", 0), 4);
    assert_int_equal(tree_int(check, "debit_cents", 0), 24000);
    assert_non_null(strstr(bytes, "\t411\tClients\t80295478500010\t80295478500010\tP7\t20230110\tVente \xE0 l'\xE9t\xE9 - \xBDuvre\t120,00\t0,00\t"));
    struct tree *report = import_bytes(&other, bytes, length, false);
    assert_int_equal(count(report, "new"), 4);
    report = import_bytes(&house, bytes, length, false); /* into the books it came from */
    assert_int_equal(count(report, "same"), 4);
    size_t second_length;
    const char *second = export(&other, "2023", &second_length);
    assert_int_equal(length, second_length);
    assert_memory_equal(bytes, second, length);
    house_close(&other);
    house_close(&house);
}

static int close_2023(struct db *db, void *context, struct error *error)
{
    struct ledger_year year;
    int64_t opening;
    (void)context;
    int result = ledger_year_find(db, "2023", &year, error);
    return result ? result : ledger_year_close(db, year.id, 1700000000000, &opening, error);
}

/* Openings come first with number 1, though entries of their year were validated before them; classes 6 and 7 are not
 * emptied by entries of ours. */
static void opening_first(void **state)
{
    struct house house;
    size_t length;
    (void)state;
    open_books(&house);
    import(&house, small);
    import(&house, HEADER LINE("OD", "1", "20240105", "606", "", "x", "3,00", "") LINE("OD", "1", "20240105", "512", "", "x", "", "3,00"));
    assert_int_equal(store_write(house.store, close_2023, NULL, false, &house.error), 0);
    const char *bytes = export(&house, "2024", &length), *second = strchr(bytes, '\n') + 1;
    assert_memory_equal(second, "AN\t", 3);
    assert_non_null(strstr(bytes, "\t1\t20240101\t"));
    assert_non_null(strstr(bytes, "\t2\t20240105\t606\t"));
    assert_null(strstr(bytes, "\t706\t"));
    struct tree *check = fec_check(house.arena, "en", "552100554FEC20241231.txt", bytes, length);
    assert_int_equal(tree_int(check, "errors", 1), 0);
    assert_null(strstr(export(&house, "2023", NULL), "20240101"));
    house_close(&house);
}

/* --- checking --- */

static void checks(void **state)
{
    static const struct {
        const char *line, *level, *field;
    } cases[] = {
        {LINE("VE", "1", "20230110", "411", "", "x", "10.00", "0,00"), "error", "Debit"},
        {LINE("VE", "1", "20230110", "411", "", "x", "1 000,00", "0,00"), "error", "Debit"},
        {LINE("VE", "1", "20230110", "411", "", "x", "abc", "0,00"), "error", "Debit"},
        {LINE("VE", "1", "20230110", "411", "", "x", "10,00", "10,00"), "alert", "Credit"},
        {LINE("VE", "1", "20230110", "411", "", "x", "0,00", "0,00"), "alert", "Debit"},
        {LINE("VE", "1", "20231301", "411", "", "x", "10,00", "0,00"), "error", "EcritureDate"},
        {LINE("VE", "1", "20250110", "411", "", "x", "10,00", "0,00"), "alert", "EcritureDate"},
        {LINE("VE", "1", "20230110", "4A", "", "x", "10,00", "0,00"), "alert", "CompteNum"},
        {LINE("VE", "1", "20230110", "411", "", "", "10,00", "0,00"), "error", "EcritureLib"},
        {LINE("", "1", "20230110", "411", "", "x", "10,00", "0,00"), "error", "JournalCode"},
        {"\n", "error", ""},
        {"VE|x|1\n", "error", ""},
        {LINE("VE", "1", "20230110", "411", "", "x", "10,00", "0,00"), "alert", "EcritureNum"},
    };
    struct house house; /* whose catalogue says it in words */
    (void)state;
    house_open(&house, rooms);
    struct arena *arena = house.arena;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *text = arena_printf(arena, "%s%s", HEADER, cases[i].line);
        struct tree *answer = fec_check(arena, "en", "552100554FEC20231231.txt", text, strlen(text));
        bool told = false;
        for (const struct tree *row = tree_get(answer, "findings")->first; row; row = row->next)
            told |= text_is(tree_text(row, "field"), cases[i].field) && text_is(tree_text(row, "level"), cases[i].level);
        if (!told)
            fail_msg("case %zu: %s", i, json_of(arena, answer));
    }
    static const char *const names[] = {"fec.txt", "552100554FEC20231331.txt", "55210055FEC20231231.txt", "552100554FEC2023.txt"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_true(tree_int(fec_check(arena, "en", names[i], HEADER, strlen(HEADER)), "errors", 0) >= 1);
    house_close(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts),       cmocka_unit_test(dates),   cmocka_unit_test(latin),      cmocka_unit_test(shapes),
        cmocka_unit_test(latin_labels),  cmocka_unit_test(no_fec),  cmocka_unit_test(again),      cmocka_unit_test(refusals),
        cmocka_unit_test(never_half),    cmocka_unit_test(years_outside), cmocka_unit_test(openings), cmocka_unit_test(hostile),
        cmocka_unit_test(round_trip),    cmocka_unit_test(opening_first), cmocka_unit_test(checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
