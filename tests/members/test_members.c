/* Organisations: what an import of a real, dirty file gives, what may be changed by whom, and what is refused. */
#include "support/support.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/csv.h"
#include "base/embed.h"
#include "documents/documents.h"
#include "members/cells.h"
#include "members/details.h"
#include "members/functions.h"
#include "members/kinds.h"
#include "members/members.h"

static const struct subject *const subjects[] = {&documents_subject, &members_subject, NULL};

#define PICKER "00012001400014"  /* EXEMPLE — Les Paniers du Vexin */
#define COURIER "00012022000017" /* EXEMPLE — Coursiers de l'Eure */

static int run_file(struct house *house, const struct session *session, const char *name, const char *bytes,
                    size_t length, const char *json, struct tree **ret_result)
{
    const struct action *action = app_action(house->app, name);
    struct tree *input = json_tree(house->arena, json ? json : "{}");
    tree_set_text(house->arena, input, "file", "test.csv");
    struct action_request request = {
        .session = session, .language = "en", .input = input, .file = {"test.csv", bytes, length}};
    struct tree *result = NULL;
    house->error = (struct error){0};
    int code = action->job ? action_run_here(house->app, action, &request, NULL, NULL, NULL, house->arena, &result, &house->error)
                           : action_run(house->app, action, &request, house->arena, &result, &house->error);
    if (ret_result)
        *ret_result = result;
    return code;
}

static struct tree *import_text(struct house *house, const char *action, const char *text, const char *json)
{
    struct tree *result = NULL;
    if (run_file(house, &session_local, action, text, strlen(text), json, &result))
        fail_msg("%s: %s", action, house->error.message);
    return result;
}

static struct tree *import_path(struct house *house, const char *action, const char *path, const char *json)
{
    struct buffer bytes = {0};
    struct tree *result = NULL;
    assert_int_equal(buffer_read_file(&bytes, path, 64 << 20), 0);
    int code = run_file(house, &session_local, action, bytes.bytes, bytes.length, json, &result);
    if (code)
        fail_msg("%s: %s", action, house->error.message);
    buffer_free(&bytes);
    return result;
}

static void expect(const struct tree *report, int64_t read, int64_t new, int64_t changed, int64_t same, int64_t merged,
                   size_t refused)
{
    assert_int_equal(tree_int(report, "read", -1), read);
    assert_int_equal(tree_int(report, "new", -1), new);
    assert_int_equal(tree_int(report, "changed", -1), changed);
    assert_int_equal(tree_int(report, "same", -1), same);
    assert_int_equal(tree_int(report, "merged", -1), merged);
    assert_int_equal(tree_get(report, "refused")->count, refused);
}

static struct tree *view(struct house *house, const struct session *session, const char *name, const char *json)
{
    struct tree *answer;
    if (house_view(house, session, name, json, &answer))
        fail_msg("%s: %s", name, house->error.message);
    return answer;
}

static size_t count_rows(struct house *house, const char *name, const char *json)
{
    return tree_get(view(house, &session_local, name, json), "rows")->count;
}

static void refused(struct house *house, const struct session *session, const char *action, const char *json, int code,
                    const char *field)
{
    assert_int_equal(house_run(house, session, action, json, NULL), code);
    assert_string_equal(house->error.field, field);
}

static void done(struct house *house, const struct session *session, const char *action, const char *json)
{
    if (house_run(house, session, action, json, NULL))
        fail_msg("%s %s: %s: %s", action, json, house->error.field, house->error.message);
}

static void open_demo(struct house *house)
{
    house_open(house, subjects);
    import_path(house, "member import", "data/demo/members.csv", "{'status':'member'}");
    import_path(house, "offer import", "data/demo/offers.csv", NULL);
}

/* --- the real directory --- */

static void the_real_directory(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    const char *path = "data/organisations/siae.csv";
    struct tree *preview = import_path(&house, "member import", path, "{'preview':true}");
    expect(preview, 3853, 3828, 0, 0, 12, 13);
    assert_int_equal(tree_int(preview, "doubts", -1), 8);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member"), 0);
    struct tree *report = import_path(&house, "member import", path, NULL);
    expect(report, 3853, 3828, 0, 0, 12, 13);
    for (const struct tree *row = tree_get(report, "refused")->first; row; row = row->next) {
        assert_string_equal(tree_text(row, "field"), "siret");
        assert_true(tree_int(row, "line", 0) > 1);
    }
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member"), 3828);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member WHERE status = 'directory'"), 3828);
    assert_int_equal(count_rows(&house, "member.doubts", NULL), 8);
    assert_string_equal(house_text(&house, "SELECT kinds FROM member WHERE siret = '41920613100031'"), "aci ei");

    int64_t before = house_int(&house, "SELECT CAST(SUM(changed) AS INTEGER) % 1000000007 FROM member");
    report = import_path(&house, "member import", path, NULL);
    expect(report, 3853, 0, 0, 3840, 0, 13);
    assert_int_equal(house_int(&house, "SELECT CAST(SUM(changed) AS INTEGER) % 1000000007 FROM member"), before);
    assert_int_equal(count_rows(&house, "member.doubts", NULL), 8);
    assert_int_equal(count_rows(&house, "member.list", "{'q':'evreux'}"), 7);
    assert_int_equal(count_rows(&house, "member.list", "{'q':'ÉVREUX cicero'}"), 1);
    assert_int_equal(count_rows(&house, "member.list", "{'q':'45216846100039'}"), 1);
    house_close(&house);
}

static const char header[] = "siret,kind,name,brand,naf,post_code,city,department,lon,lat\n";

static char *line(struct house *house, const char *siret, const char *kind, const char *name, const char *city)
{
    return arena_printf(house->arena, "%s,%s,%s,,5621Z,76000,%s,76,1.1,49.4\n", siret, kind, name, city);
}

static void a_second_row_is_a_question(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    char *file = arena_printf(house.arena, "%s%s%s%s", header, line(&house, COURIER, "ACI", "Le Relais", "Rouen"),
                              line(&house, COURIER, "EI", "LE RELAIS", "ROUEN"), line(&house, COURIER, "EI", "Autre nom", "Rouen"));
    expect(import_text(&house, "member import", file, NULL), 3, 1, 0, 0, 2, 0);
    assert_int_equal(count_rows(&house, "member.doubts", NULL), 1); /* case is no difference, a name is */
    assert_string_equal(house_text(&house, "SELECT kinds FROM member"), "aci ei");

    /* The same row in another file is known; a row of a known kind with another name is a change of name. */
    file = arena_printf(house.arena, "%s%s", header, line(&house, COURIER, "ACI", "Le Grand Relais", "Rouen"));
    expect(import_text(&house, "member import", file, NULL), 1, 0, 1, 0, 0, 0);
    assert_string_equal(house_text(&house, "SELECT name FROM member"), "Le Grand Relais");
    assert_int_equal(count_rows(&house, "member.list", "{'q':'grand relais'}"), 1);

    /* A correction made by hand is not undone by the same file. */
    done(&house, &session_local, "member change", "{'siret':'" COURIER "','name':'Le Relais de Rouen'}");
    expect(import_text(&house, "member import", file, NULL), 1, 0, 0, 1, 0, 0);
    assert_string_equal(house_text(&house, "SELECT name FROM member"), "Le Relais de Rouen");
    house_close(&house);
}

static void a_person_decides(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    char *file = arena_printf(house.arena, "%s%s%s", header, line(&house, COURIER, "ACI", "Le Relais", "Rouen"),
                              line(&house, COURIER, "EI", "Bertrand", "Elbeuf"));
    import_text(&house, "member import", file, NULL);
    int64_t doubt = house_int(&house, "SELECT id FROM member_doubt");
    char *json = arena_printf(house.arena, "{'doubt':'%lld','decision':'other','siret':'" COURIER "'}", (long long)doubt);
    refused(&house, &session_local, "member decide", json, ERR_REFUSED, "siret");
    json = arena_printf(house.arena, "{'doubt':'%lld','decision':'keep','siret':'" PICKER "'}", (long long)doubt);
    refused(&house, &session_local, "member decide", json, ERR_INVALID, "siret");
    assert_string_equal(house_text(&house, "SELECT kinds FROM member"), "aci ei");
    json = arena_printf(house.arena, "{'doubt':'%lld','decision':'other','siret':'" PICKER "'}", (long long)doubt);
    done(&house, &session_local, "member decide", json);
    assert_string_equal(house_text(&house, "SELECT kinds FROM member WHERE siret = '" COURIER "'"), "aci");
    assert_string_equal(house_text(&house, "SELECT name FROM member WHERE siret = '" PICKER "'"), "Bertrand");
    refused(&house, &session_local, "member decide", json, ERR_NOT_FOUND, "doubt"); /* decided once */
    assert_int_equal(count_rows(&house, "member.decisions", NULL), 1);
    expect(import_text(&house, "member import", file, NULL), 2, 0, 0, 2, 0, 0); /* and not asked again */
    assert_int_equal(count_rows(&house, "member.doubts", NULL), 0);
    house_close(&house);
}

/* --- bad files --- */

static void refused_line(struct house *house, const char *row, const char *field)
{
    char *file = arena_printf(house->arena, "siret;kind;name;city;department;lat;lon;employees;employees_in_insertion;"
                                            "quality;quality_author;quality_on;may_lead;accreditations\n%s\n", row);
    struct tree *report = import_text(house, "member import", file, NULL);
    expect(report, 1, 0, 0, 0, 0, 1);
    assert_string_equal(tree_text(tree_get(report, "refused")->first, "field"), field);
    assert_int_equal(tree_int(tree_get(report, "refused")->first, "line", 0), 2);
}

static void bad_lines_are_named(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    refused_line(&house, "00012022000018;ei;N;Rouen;76", "siret");
    refused_line(&house, "1234;ei;N;Rouen;76", "siret");
    refused_line(&house, COURIER ";xx;N;Rouen;76", "kind");
    refused_line(&house, COURIER ";;N;Rouen;76", "kind");
    refused_line(&house, COURIER ";ei;;Rouen;76", "name");
    refused_line(&house, COURIER ";ei;N;;76", "city");
    refused_line(&house, COURIER ";ei;N;Rouen;20", "department");
    refused_line(&house, COURIER ";ei;N;Rouen;99", "department");
    refused_line(&house, COURIER ";ei;N;Rouen;", "department");
    refused_line(&house, COURIER ";ei;N;Rouen;76;91;1", "lat");
    refused_line(&house, COURIER ";ei;N;Rouen;76;49", "lat");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;-1", "employees");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;2;3", "employees_in_insertion");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;;;101;X;2020-01-01", "quality");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;;;80;;2020-01-01", "quality_author");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;;;80;X;7017-13-01", "quality_on");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;;;;;;maybe", "may_lead");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;;;;;;;haccp", "accreditations");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;;;;;;;wizardry:2020-01-01:", "accreditations");
    refused_line(&house, COURIER ";ei;N;Rouen;76;;;;;;;;;haccp:2020-01-02:2020-01-01", "accreditations");
    refused_line(&house, "\"" COURIER ";ei;N;Rouen;76", "");
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member"), 0);
    /* HTML in a name is a name. */
    expect(import_text(&house, "member import", "siret;kind;name;city;department\n" COURIER ";ei;<script>x</script>;Rouen;76\n", NULL),
           1, 1, 0, 0, 0, 0);
    assert_string_equal(house_text(&house, "SELECT name FROM member"), "<script>x</script>");
    house_close(&house);
}

static void bad_files_change_nothing(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    static const char nul[] = "siret,kind,name,city\n\0";
    assert_int_equal(run_file(&house, &session_local, "member import", "", 0, NULL, NULL), ERR_INVALID);
    assert_int_equal(run_file(&house, &session_local, "member import", nul, sizeof nul, NULL, NULL), ERR_INVALID);
    assert_int_equal(run_file(&house, &session_local, "member import", "a,b\n1,2\n", 8, NULL, NULL), ERR_INVALID);
    assert_int_equal(run_file(&house, &session_local, "offer import", "siret\n", 6, NULL, NULL), ERR_INVALID);
    /* ISO 8859-15 is read, accents and all. */
    static const char latin[] = "siret;kind;name;city;department\n" COURIER ";ei;\xC9quipe;\xC9vreux;27\n";
    struct tree *report = import_text(&house, "member import", latin, NULL);
    expect(report, 1, 1, 0, 0, 0, 0);
    assert_string_equal(house_text(&house, "SELECT city FROM member"), "Évreux");
    assert_string_equal(house_text(&house, "SELECT name_folded FROM member"), "equipe");
    house_close(&house);
}

/* --- the demo's members and offers --- */

/* One SIRET on every line, each with another name: the time of the file's length, not of its square. */
static void one_siret_many_times(void **state)
{
    (void)state;
    struct house house;
    struct buffer file = {0};
    struct tree *report = NULL;
    house_open(&house, subjects);
    int lines = house.on_server ? 40000 : 200000; /* each line is a journey to the server */
    buffer_text(&file, "siret;kind;name;city;post_code\n");
    for (int i = 0; i < lines; i++)
        buffer_printf(&file, PICKER ";scic;name %d;Rouen;76000\n", i);
    double start = seconds_now();
    assert_int_equal(run_file(&house, &session_local, "member import", file.bytes, file.length, "{'preview':true}", &report), 0);
    expect(report, lines, 1, 0, 0, lines - 1, 0);
    if (seconds_now() - start > 30)
        fail_msg("%d s", (int)(seconds_now() - start));
    buffer_free(&file);
    house_close(&house);
}

static void the_demo(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    expect(import_path(&house, "offer import", "data/demo/offers.csv", NULL), 38, 0, 0, 0, 0, 38); /* nobody is there yet */
    expect(import_path(&house, "member import", "data/demo/members.csv", NULL), 24, 24, 0, 0, 0, 0);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member WHERE status = 'directory'"), 24);
    /* The same file with a status lifts those that are only in the directory. */
    expect(import_path(&house, "member import", "data/demo/members.csv", "{'status':'member'}"), 24, 0, 24, 0, 0, 0);
    expect(import_path(&house, "member import", "data/demo/members.csv", "{'status':'member'}"), 24, 0, 0, 24, 0, 0);
    expect(import_path(&house, "offer import", "data/demo/offers.csv", "{'preview':true}"), 38, 38, 0, 0, 0, 0);
    expect(import_path(&house, "offer import", "data/demo/offers.csv", NULL), 38, 38, 0, 0, 0, 0);
    expect(import_path(&house, "offer import", "data/demo/offers.csv", NULL), 38, 0, 0, 38, 0, 0);
    assert_int_equal(count_rows(&house, "member.list", "{'function':'canteen.delivery'}"),
                     (size_t)house_int(&house, "SELECT count(*) FROM member_offer WHERE function = 'canteen.delivery'"));
    assert_int_equal(count_rows(&house, "member.list", "{'kind':'aci'}"), 3);
    assert_int_equal(count_rows(&house, "member.list", "{'kind':'aci','department':'27'}"), 2);
    assert_int_equal(count_rows(&house, "member.list", "{'kind':'nothing'}"), 0);
    assert_int_equal(count_rows(&house, "member.list", "{'status':'invited'}"), 0);
    assert_int_equal(count_rows(&house, "member.marks", "{'siret':'" PICKER "'}"), 1);
    struct tree *shown = view(&house, &session_local, "member.show", "{'siret':'" PICKER "'}");
    assert_int_equal(tree_get(shown, "offers")->count, 2);
    assert_string_equal(tree_text(tree_path(shown, "accreditations.0"), "accreditation"), "prison_access");
    assert_int_equal(tree_int(shown, "social", -1), 40);
    house_close(&house);
}

static void bad_offers_are_named(void **state)
{
    static const struct {
        const char *row, *field;
    } rows[] = {
        {PICKER ";sovereign.registry;100;;10;month;27", "function"}, {PICKER ";dancing;100;;10;month;27", "function"},
        {PICKER ";it.support;0;;10;month;27", "unit_price_cents"},   {PICKER ";it.support;1,5;;10;month;27", "unit_price_cents"},
        {PICKER ";it.support;100;;0;month;27", "capacity"},          {PICKER ";it.support;100;;10;week;27", "period"},
        {PICKER ";it.support;100;;10;month;", "places"},             {PICKER ";it.support;100;;10;month;27 96", "places"},
        {PICKER ";it.support;100;;10;;27", "period"},
        {"00012001400015;it.support;100;;10;month;27", "siret"},     {"73282932000074;it.support;100;;10;month;27", "siret"},
    };
    (void)state;
    struct house house;
    open_demo(&house);
    int64_t before = house_int(&house, "SELECT count(*) FROM member_offer");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *file = arena_printf(house.arena, "siret;function;unit_price_cents;unit;capacity;period;places\n%s\n", rows[i].row);
        struct tree *report = import_text(&house, "offer import", file, NULL);
        expect(report, 1, 0, 0, 0, 0, 1);
        assert_string_equal(tree_text(tree_get(report, "refused")->first, "field"), rows[i].field);
    }
    char *sovereign = "siret;function;unit_price_cents;capacity;period;places\n" PICKER ";sovereign.registry;100;10;month;27\n";
    struct tree *report = import_text(&house, "offer import", sovereign, NULL);
    assert_non_null(strstr(tree_text(tree_get(report, "refused")->first, "reason"), "L111-3"));
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member_offer"), before);
    house_close(&house);
}

/* --- who may do what --- */

static void a_member_changes_its_own_only(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    struct session own = session_with(ROLE_MEMBER, house_int(&house, "SELECT id FROM member WHERE siret = '" PICKER "'"), 0, NULL);
    struct session auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
    done(&house, &own, "member change", "{'siret':'" PICKER "','turnover':70000000}");
    done(&house, &own, "member offer", "{'siret':'" PICKER "','function':'it.support','unit_price':3200,'capacity':40,'places':['27']}");
    done(&house, &own, "offer remove", "{'siret':'" PICKER "','function':'it.support'}");
    refused(&house, &own, "member change", "{'siret':'" COURIER "','turnover':1}", ERR_FORBIDDEN, "siret");
    refused(&house, &own, "member change", "{'siret':'73282932000074','turnover':1}", ERR_FORBIDDEN, "siret");
    refused(&house, &own, "member offer", "{'siret':'" COURIER "','function':'it.support','unit_price':1,'capacity':1,'places':['27']}",
            ERR_FORBIDDEN, "siret");
    refused(&house, &own, "member change", "{'siret':'" PICKER "','status':'left'}", ERR_FORBIDDEN, "status");
    refused(&house, &own, "member change", "{'siret':'" PICKER "','prison_work':'yes'}", ERR_FORBIDDEN, "prison_work");
    refused(&house, &own, "member mark", "{'siret':'" PICKER "','quality':100}", ERR_FORBIDDEN, "");
    refused(&house, &auditor, "member change", "{'siret':'" PICKER "','turnover':1}", ERR_FORBIDDEN, "");
    assert_int_equal(tree_get(view(&house, &own, "member.list", NULL), "rows")->count, 1);
    assert_int_equal(tree_get(view(&house, &own, "offer.list", NULL), "rows")->count, 2);
    struct tree *answer;
    assert_int_equal(house_view(&house, &own, "member.show", "{'siret':'" COURIER "'}", &answer), ERR_NOT_FOUND);
    assert_int_equal(tree_get(view(&house, &own, "member.offers", "{'siret':'" COURIER "'}"), "rows")->count, 0);
    assert_int_equal(house_view(&house, &session_public, "member.list", NULL, &answer), ERR_LOGIN);
    house_close(&house);
}

static void changes_by_hand(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    const struct session *local = &session_local;
    done(&house, local, "member add", "{'siret':'55208131766522','name':'Élan','kinds':['scop'],'city':'Ajaccio','post_code':'20000'}");
    assert_string_equal(house_text(&house, "SELECT department FROM member WHERE siret = '55208131766522'"), "2A");
    refused(&house, local, "member add", "{'siret':'55208131766522','name':'Élan','kinds':['scop'],'city':'Ajaccio','department':'2A'}",
            ERR_REFUSED, "siret");
    refused(&house, local, "member add", "{'siret':'73282932000074','name':'N','kinds':['scop'],'city':'X'}", ERR_INVALID, "department");
    refused(&house, local, "member add", "{'siret':'73282932000074','name':'N','kinds':['club'],'city':'X','department':'27'}",
            ERR_INVALID, "kinds");
    refused(&house, local, "member change", "{'siret':'" PICKER "','naf':'restaurant'}", ERR_INVALID, "naf");
    refused(&house, local, "member offer", /* of the State alone: not "one of these", but why */
            "{'siret':'" PICKER "','function':'sovereign.surveillance','unit_price':1,'capacity':1,'places':['27']}", ERR_REFUSED,
            "function");
    assert_non_null(strstr(house.error.message, "L111-3"));
    refused(&house, local, "member offer", "{'siret':'" PICKER "','function':'dancing','unit_price':1,'capacity':1,'places':['27']}",
            ERR_INVALID, "function");
    assert_null(strstr(house.error.arguments[0], "sovereign")); /* is no choice to make */
    refused(&house, local, "member change", "{'siret':'" PICKER "','employees':1,'employees_in_insertion':2}", ERR_INVALID,
            "employees_in_insertion");
    refused(&house, local, "member change", "{'siret':'" PICKER "','latitude':'north'}", ERR_INVALID, "latitude");
    refused(&house, local, "member change", "{'siret':'" PICKER "','clear':['latitude']}", ERR_INVALID, "latitude");
    done(&house, local, "member change", "{'siret':'" PICKER "','clear':['latitude','longitude','turnover','address']}");
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member WHERE siret = '" PICKER "' AND turnover_cents IS NULL AND address = ''"), 1);
    refused(&house, local, "member accredit", "{'siret':'" PICKER "','accreditation':'haccp','valid_from':'2026-02-01','valid_to':'2026-01-01'}",
            ERR_INVALID, "valid_to");
    done(&house, local, "member accredit", "{'siret':'" PICKER "','accreditation':'haccp','valid_from':'2026-01-01'}");
    refused(&house, local, "accreditation remove", "{'siret':'" COURIER "','accreditation':'haccp','valid_from':'2026-01-01'}",
            ERR_NOT_FOUND, "accreditation");
    refused(&house, local, "member mark", "{'siret':'" PICKER "','quality':101}", ERR_INVALID, "quality");
    refused(&house, local, "member mark", "{'siret':'" PICKER "','quality':50,'on':'2199-01-01'}", ERR_INVALID, "on");
    done(&house, local, "member mark", "{'siret':'" PICKER "','quality':50,'on':'2021-01-01','note':'visite'}");
    assert_int_equal(count_rows(&house, "member.marks", "{'siret':'" PICKER "'}"), 2);
    done(&house, local, "member reference", "{'siret':'" PICKER "','buyer':'Ville','object':'Repas','from_on':'2019-01-01','amount':100}");
    assert_int_equal(count_rows(&house, "member.references", "{'siret':'" PICKER "'}"), 1);
    done(&house, local, "member change", "{'siret':'" PICKER "','status':'left'}");
    refused(&house, local, "member offer", "{'siret':'" PICKER "','function':'it.support','unit_price':1,'capacity':1,'places':['27']}",
            ERR_REFUSED, "siret");
    assert_int_equal(house_run(&house, local, "member change", "{'siret':'00012001400015'}", NULL), ERR_INVALID);
    house_close(&house);
}

static void proofs_are_kept_once(void **state)
{
    (void)state;
    struct house house;
    open_demo(&house);
    const char *json = "{'siret':'" PICKER "','title':'Attestation'}", *other = "{'siret':'" COURIER "','title':'Attestation'}";
    assert_int_equal(run_file(&house, &session_local, "member proof", "%PDF-1.4 a", 10, json, NULL), 0);
    assert_int_equal(run_file(&house, &session_local, "member proof", "%PDF-1.4 a", 10, json, NULL), 0);
    assert_int_equal(run_file(&house, &session_local, "member proof", "%PDF-1.4 a", 10, other, NULL), 0);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM document"), 1);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM member_proof"), 2);
    assert_int_equal(run_file(&house, &session_local, "member proof", "MZ\x90\0", 4, json, NULL), ERR_INVALID);
    assert_int_equal(run_file(&house, &session_local, "member proof", "<html>", 6, json, NULL), ERR_INVALID);
    assert_int_equal(run_file(&house, &session_local, "member proof", "", 0, json, NULL), ERR_INVALID);
    char *large = memory_get(DOCUMENT_BYTES_MAX + 1);
    memcpy(large, "%PDF-", 5);
    assert_int_equal(run_file(&house, &session_local, "member proof", large, DOCUMENT_BYTES_MAX + 1, json, NULL), ERR_TOO_LARGE);
    freep(&large);
    house_close(&house);
}

/* --- the social value --- */

static void the_social_value(void **state)
{
    static const struct {
        const char *facts;
        int64_t value;
    } cases[] = {
        {"'employees':10,'employees_in_insertion':10,'surplus_reinvested':1,'pay_ratio':3", 100},
        {"'employees':10,'employees_in_insertion':0,'surplus_reinvested':0,'pay_ratio':10", 0},
        {"'employees':10,'employees_in_insertion':5", 25},      /* half of 50 points, nothing else told */
        {"'employees':0,'employees_in_insertion':0,'surplus_reinvested':0.5", 15},
        {"'pay_ratio':6.5", 10},                               /* half way from 10 to 3 */
        {"'pay_ratio':2", 20},                                 /* better than everything is everything */
        {"'pay_ratio':50", 0},
        {"'employees':3,'employees_in_insertion':1", 17},        /* 50 * 333 / 1000 = 16.65 */
    };
    (void)state;
    struct house house;
    open_demo(&house);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        done(&house, &session_local, "member change",
             "{'siret':'" PICKER "','clear':['employees','employees_in_insertion','surplus_reinvested','pay_ratio']}");
        assert_int_equal(house_int(&house, "SELECT count(*) FROM member WHERE siret = '" PICKER "' AND social IS NULL"), 1);
        done(&house, &session_local, "member change", arena_printf(house.arena, "{'siret':'" PICKER "',%s}", cases[i].facts));
        assert_int_equal(house_int(&house, "SELECT social FROM member WHERE siret = '" PICKER "'"), cases[i].value);
        assert_int_equal(count_rows(&house, "member.social", "{'siret':'" PICKER "'}"), 3);
    }
    done(&house, &session_local, "member weigh", "{'part':'surplus','weight':0,'none_at':0,'full_at':1}");
    assert_int_equal(house_int(&house, "SELECT social FROM member WHERE siret = '" PICKER "'"), 24); /* 50 * 333 / 700 */
    refused(&house, &session_local, "member weigh", "{'part':'surplus','weight':1,'none_at':1,'full_at':1}", ERR_INVALID, "full_at");
    done(&house, &session_local, "member weigh", "{'part':'insertion','weight':0,'none_at':0,'full_at':1}");
    refused(&house, &session_local, "member weigh", "{'part':'pay_ratio','weight':0,'none_at':10,'full_at':3}", ERR_REFUSED, "weight");
    house_close(&house);
}

/* --- what groupings read --- */

static void what_others_read(void **state)
{
    (void)state;
    struct house house;
    struct db *db;
    struct member *members, one;
    size_t count;
    int64_t total;
    open_demo(&house);
    done(&house, &session_local, "member change", "{'siret':'" COURIER "','status':'left'}");
    done(&house, &session_local, "member accredit", "{'siret':'" PICKER "','accreditation':'prison_access','valid_from':'2026-06-01'}");
    assert_int_equal(store_reader(house.store, &db, &house.error), 0);
    assert_int_equal(db_begin_read(db, &house.error), 0);
    assert_int_equal(members_read_offering(db, house.arena, &members, &count, &house.error), 0);
    assert_int_equal(count, house_int(&house, "SELECT count(*) FROM member WHERE offering = 1 AND status <> 'left'"));
    size_t offers = 0, accreditations = 0;
    for (size_t i = 0; i < count; i++) {
        assert_string_not_equal(members[i].siret, COURIER);
        assert_true(members[i].offer_count > 0);
        for (size_t o = 1; o < members[i].offer_count; o++)
            assert_true(strcmp(members[i].offers[o - 1].function, members[i].offers[o].function) < 0);
        offers += members[i].offer_count;
        accreditations += members[i].accreditation_count;
    }
    assert_int_equal(offers, house_int(&house, "SELECT count(*) FROM member_offer o JOIN member m ON m.id = o.member_id WHERE m.status <> 'left'"));
    assert_true(accreditations > 20);
    assert_int_equal(member_read(db, house.arena, PICKER, &one, &house.error), 0);
    assert_int_equal(one.turnover_cents, 62000000);
    assert_int_equal(member_offer_of(&one, "canteen.picking")->unit_price_cents, 158);
    assert_int_equal(member_offer_of(&one, "canteen.picking")->capacity_thousandths, 2600000);
    assert_null(member_offer_of(&one, "it.support"));
    assert_true(member_is_accredited(&one, "prison_access", "2019-06-01", "2026-05-31"));
    assert_true(member_is_accredited(&one, "prison_access", "2026-05-01", "2030-01-01")); /* the two follow each other */
    assert_false(member_is_accredited(&one, "prison_access", "2019-05-31", "2020-01-01"));
    assert_false(member_is_accredited(&one, "haccp", "2020-01-01", "2020-01-01"));
    assert_int_equal(member_read(db, house.arena, "73282932000074", &one, &house.error), ERR_NOT_FOUND);
    assert_int_equal(members_count(db, "left", &total, &house.error), 0);
    assert_int_equal(total, 1);
    db_end_read(db);
    store_release(house.store, db);
    house_close(&house);
}

/* --- small parts --- */

static void cells(void **state)
{
    static const char *const bad[] = {"00", "20", "96", "1", "2C", "970", "979", "9 7", "", "0A"};
    (void)state;
    char code[4];
    int64_t millionths, bits;
    const char *wrong;
    _cleanup_arena_ struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(department_code(bad[i], code));
    assert_true(department_code("2a", code) && !strcmp(code, "2A"));
    assert_true(department_code("974", code) && department_code("01", code) && department_code("95", code));
    assert_true(department_of_post_code("20600", code) && !strcmp(code, "2B"));
    assert_true(department_of_post_code("97410", code) && !strcmp(code, "974"));
    assert_false(department_of_post_code("9741", code) || department_of_post_code("00000", code));
    assert_string_equal(department_codes(arena, "27, 76;27", &wrong), "27 76");
    assert_string_equal(naf_code(arena, "5621z"), "56.21Z");
    assert_string_equal(naf_code(arena, "56.21Z"), "56.21Z");
    assert_string_equal(naf_code(arena, "562Z"), "");
    assert_true(degrees_parse("43.80033499999998", 90, &millionths) && millionths == 43800334);
    assert_true(degrees_parse("-0.441117", 180, &millionths) && millionths == -441117);
    assert_false(degrees_parse("90.000001", 90, &millionths) || degrees_parse("1e5", 180, &millionths));
    assert_false(degrees_parse("", 90, &millionths) || degrees_parse("1.2.3", 90, &millionths));
    assert_true(kinds_bits("scic ea", &bits));
    assert_false(kinds_bits("scic xx", &bits) || kinds_bits("", &bits) || kinds_bits("SCIC", &bits));
    assert_string_equal(kinds_join(arena, "aci", "ei aci ei"), "aci ei");
    assert_string_equal(kinds_missing(arena, "aci", "ei aci"), "ei");
    assert_string_equal(kinds_without(arena, "aci ei", "ei"), "aci");
}

/* The lists of codes in declarations are those of the data and of the tables in C. */
static void the_lists_agree(void **state)
{
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    const struct embedded *file = embed_find("data/functions.csv"), *views = embed_find("members/views.sql");
    struct csv *csv;
    struct error error = {0};
    char *codes = "";
    assert_int_equal(csv_open(arena, file->bytes, file->length, &csv, &error), 0);
    while (csv_next(csv))
        if (!strcmp(csv_cell(csv, csv_column(csv, "sovereign")), "0"))
            codes = arena_printf(arena, "%s%s%s", codes, *codes ? "|" : "", csv_cell(csv, csv_column(csv, "code")));
    assert_string_equal(codes, MEMBER_FUNCTIONS);
    assert_non_null(strstr(views->bytes, "of " MEMBER_KINDS " where"));
    assert_non_null(strstr(views->bytes, "of " MEMBER_FUNCTIONS " where"));
    assert_non_null(strstr(views->bytes, "of " MEMBER_ACCREDITATIONS " where"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_real_directory),
        cmocka_unit_test(a_second_row_is_a_question),
        cmocka_unit_test(a_person_decides),
        cmocka_unit_test(bad_lines_are_named),
        cmocka_unit_test(bad_files_change_nothing),
        cmocka_unit_test(one_siret_many_times),
        cmocka_unit_test(the_demo),
        cmocka_unit_test(bad_offers_are_named),
        cmocka_unit_test(a_member_changes_its_own_only),
        cmocka_unit_test(changes_by_hand),
        cmocka_unit_test(proofs_are_kept_once),
        cmocka_unit_test(the_social_value),
        cmocka_unit_test(what_others_read),
        cmocka_unit_test(cells),
        cmocka_unit_test(the_lists_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
