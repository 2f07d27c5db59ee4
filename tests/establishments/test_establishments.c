/* Establishments: 176 prisons out of a dirty text; names read, corrections kept, what cannot be understood refused. */
#include "support/support.h"

#include <string.h>

#include "base/buffer.h"
#include "establishments/establishments.h"
#include "establishments/names.h"

static const struct subject *const subjects[] = {&establishments_subject, NULL};

static int import(struct house *house, const struct session *session, const char *bytes, size_t length, bool preview,
                  struct tree **ret_result)
{
    struct tree *input = tree_map(house->arena), *result = NULL;
    tree_set_text(house->arena, input, "file", "a44.csv");
    tree_set_bool(house->arena, input, "preview", preview);
    struct action_request request = {session, "en", input, {"a44.csv", bytes, length}, NULL};
    house->error = (struct error){0};
    int code = action_run_here(house->app, app_action(house->app, "establishment import"), &request, NULL, NULL, NULL,
                               house->arena, &result, &house->error);
    *ret_result = result;
    return code;
}

static struct tree *import_shipped(struct house *house, bool preview)
{
    struct buffer bytes = {0};
    struct tree *report;
    assert_int_equal(buffer_read_file(&bytes, "data/establishments/establishments_and_spip_2020.csv", 1 << 20), 0);
    if (import(house, &session_local, bytes.bytes, bytes.length, preview, &report))
        fail_msg("%s", house->error.message);
    buffer_free(&bytes);
    return report;
}

static struct tree *import_rows(struct house *house, const char *rows)
{
    struct tree *report;
    const char *file = arena_printf(house->arena, "spip,siege,antenne,ressort,type\n%s", rows);
    if (import(house, &session_local, file, strlen(file), false, &report))
        fail_msg("%s", house->error.message);
    return report;
}

static void expect(const struct tree *report, int64_t read, int64_t new, int64_t changed, int64_t same, int64_t merged,
                   size_t refused, int64_t skipped)
{
    assert_int_equal(tree_int(report, "read", -1), read);
    assert_int_equal(tree_int(report, "new", -1), new);
    assert_int_equal(tree_int(report, "changed", -1), changed);
    assert_int_equal(tree_int(report, "same", -1), same);
    assert_int_equal(tree_int(report, "merged", -1), merged);
    assert_int_equal(tree_get(report, "refused")->count, refused);
    assert_int_equal(tree_int(report, "skipped", -1), skipped);
}

#define SPIP "Service pénitentiaire d'insertion et de probation "

/* --- names --- */

static void names(void **state)
{
    static const struct {
        const char *text, *kind, *place, *ref, *remark;
    } good[] = {
        {"Maison d'arrêt de Rouen", "ma", "Rouen", "ma-rouen", ""},
        {"Maison d’arrêt d’Évreux", "ma", "Évreux", "ma-evreux", ""},
        {"Centre pénitentiaire du Havre", "cp", "Le Havre", "cp-le-havre", ""},
        {"Centre détention du Port", "cd", "Le Port", "cd-le-port", ""},
        {"Maison d'arrêt de La Roche-sur-Yon", "ma", "La Roche-sur-Yon", "ma-la-roche-sur-yon", ""},
        {"Maison d'arrêt du Mans-Les Croisettes", "ma", "Le Mans-Les Croisettes", "ma-le-mans-les-croisettes", ""},
        {"Centre pénitentiaire Sud francilien", "cp", "", "cp-sud-francilien", ""},
        {"Etablissement public de santé national de Fresnes", "epsn", "Fresnes", "epsn-fresnes", ""},
        {"Centre de semi-liberté de Paris La Santé", "csl", "Paris La Santé", "csl-paris-la-sante", ""},
        {"Centre pénitentiaire de Perpignan (quartier de semi-liberté inclus)", "cp", "Perpignan", "cp-perpignan",
         "quartier de semi-liberté inclus"},
        {"Centre pénitentiaire de Lille (quartier qui ne ferme pas", "cp", "Lille", "cp-lille", "quartier qui ne ferme pas"},
        {"maison centrale d'Arles", "mc", "Arles", "mc-arles", ""},
    };
    static const char *const bad[] = {"Circonscription judiciaire de Tulle", "MCirconscription judiciaire de Périgueux", "",
                                      "Cantons d'Albert", "Maison de la culture", "Maison d'arrêtiers de Rouen"};
    (void)state;
    _cleanup_arena_ struct arena *arena = arena_new();
    struct prison_name name;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_true(prison_name_read(arena, good[i].text, &name));
        assert_string_equal(name.kind, good[i].kind);
        assert_string_equal(name.place, good[i].place);
        assert_string_equal(name.remark, good[i].remark);
        assert_string_equal(establishment_ref(arena, name.kind, name.name), good[i].ref);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(prison_name_read(arena, bad[i], &name));
    const char *at = "Circonscription judiciaire de St. Denis (Arr. 3 mai). Maison d'arrêt de Tulle. Élan.";
    assert_string_equal(next_item(arena, &at), "Circonscription judiciaire de St");
    assert_string_equal(next_item(arena, &at), "Denis (Arr. 3 mai)");
    assert_string_equal(next_item(arena, &at), "Maison d'arrêt de Tulle");
    assert_string_equal(next_item(arena, &at), "Élan.");
    assert_null(next_item(arena, &at));
    assert_string_equal(branch_place(arena, "(Arr. 17 févr. 2004 art. 2) Antenne de Bastia-Borgo"), "Bastia-Borgo");
    assert_string_equal(branch_place(arena, "Antenne du Havre"), "Le Havre");
    assert_string_equal(branch_place(arena, "Châteaudun"), "Châteaudun");
    assert_string_equal(branch_place(arena, "Néant"), "");
    assert_string_equal(service_words(arena, SPIP "d'Eure-et-Loir"), "eure et loir");
    assert_string_equal(service_words(arena, SPIP "de La Réunion"), "reunion");
    assert_string_equal(service_words(arena, SPIP "de l'Ain"), "ain");
    assert_string_equal(service_words(arena, "Mairie de Rouen"), "");
}

/* --- the shipped file --- */

static void the_shipped_file(void **state)
{
    (void)state;
    struct house house;
    house_open(&house, subjects);
    expect(import_shipped(&house, true), 350, 176, 0, 0, 0, 0, 174);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM establishment"), 0);
    struct tree *report = import_shipped(&house, false);
    expect(report, 350, 176, 0, 0, 0, 0, 174);
    assert_int_equal(tree_get(report, "noticed")->count, 4); /* lines 62, 103, 158, and a name without a place */
    assert_int_equal(house_int(&house, "SELECT count(*) FROM establishment"), 176);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM establishment WHERE kind = 'ma'"), 89);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM establishment WHERE kind = 'cp'"), 43);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM establishment WHERE place = '' OR name LIKE '%(%'"), 0);
    assert_string_equal(house_text(&house, "SELECT department FROM establishment WHERE ref = 'ma-grenoble'"), "38");
    assert_string_equal(house_text(&house, "SELECT department FROM establishment WHERE ref = 'ma-saint-etienne'"), "42");
    assert_string_equal(house_text(&house, "SELECT department FROM establishment WHERE ref = 'cp-toulouse-seysses'"), "31");
    assert_string_equal(house_text(&house, "SELECT place FROM establishment WHERE ref = 'cp-sud-francilien'"), "Réau");
    assert_int_equal(house_int(&house, "SELECT count(*) FROM department WHERE name = ''"), 0);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM department"), 107);
    expect(import_shipped(&house, false), 350, 0, 0, 176, 0, 0, 174);
    struct tree *answer;
    assert_int_equal(house_view(&house, &session_local, "establishment.list", "{'q':'evreux'}", &answer), 0);
    assert_int_equal(tree_get(answer, "rows")->count, 1);
    assert_int_equal(house_view(&house, &session_local, "establishment.show", "{'ref':'ma-rouen'}", &answer), 0);
    assert_string_equal(tree_text(answer, "region_standing"), "to_be_confirmed");
    assert_int_equal(house_view(&house, &session_local, "establishment.show", "{'ref':'ma-nowhere'}", &answer), ERR_NOT_FOUND);
    assert_int_equal(house_view(&house, &session_public, "establishment.list", NULL, &answer), ERR_LOGIN);
    house_close(&house);
}

static void dirty_rows(void **state)
{
    (void)state;
    struct house house;
    struct tree *report;
    house_open(&house, subjects);
    expect(import_rows(&house, SPIP "de l'Ain,X,Néant,Une école,MA\n"), 1, 0, 0, 0, 0, 1, 0);
    expect(import_rows(&house, SPIP "de Nulle-Part,X,Néant,Maison d'arrêt de X,MA\n"), 1, 0, 0, 0, 0, 1, 0);
    expect(import_rows(&house, "Mairie,X,Néant,Maison d'arrêt de X,MA\n"), 1, 0, 0, 0, 0, 1, 0);
    expect(import_rows(&house, "\"" SPIP "de l'Ain,X,Néant,Maison d'arrêt de X,MA\n"), 1, 0, 0, 0, 0, 1, 0);
    report = import_rows(&house, SPIP "de l'Ain,X,Néant,Maison d'arrêt de X,CP\n" SPIP "de l'Ain,X,Néant,Maison d'arrêt de X,MA\n");
    expect(report, 2, 1, 0, 0, 1, 0, 0); /* twice the same name: one prison */
    assert_string_equal(tree_text(tree_get(report, "noticed")->first, "field"), "type");
    report = import_rows(&house, SPIP "de l'Aisne,X,Néant,Maison d'arrêt de X (agrandie),MA\n");
    expect(report, 1, 0, 1, 0, 0, 0, 0);
    assert_string_equal(house_text(&house, "SELECT department FROM establishment"), "02");
    static const char other[] = "a,b\n1,2\n", nul[] = "spip,antenne,ressort,type\n\0";
    assert_int_equal(import(&house, &session_local, other, sizeof other - 1, false, &report), ERR_INVALID);
    assert_int_equal(import(&house, &session_local, nul, sizeof nul, false, &report), ERR_INVALID);
    assert_int_equal(import(&house, &session_local, "", 0, false, &report), ERR_INVALID);
    struct session member = session_with(ROLE_MEMBER, 1, 0, NULL);
    assert_int_equal(import(&house, &member, other, sizeof other - 1, false, &report), ERR_FORBIDDEN);
    house_close(&house);
}

/* --- by hand --- */

static void refused(struct house *house, const char *action, const char *json, int code, const char *field)
{
    assert_int_equal(house_run(house, &session_local, action, json, NULL), code);
    assert_string_equal(house->error.field, field);
}

static void corrections(void **state)
{
    (void)state;
    struct house house;
    struct tree *result;
    house_open(&house, subjects);
    import_shipped(&house, false);
    refused(&house, "establishment change", "{'ref':'ma-nowhere','place':'X'}", ERR_NOT_FOUND, "establishment");
    refused(&house, "establishment change", "{'ref':'ma-rouen','capacity':600}", ERR_INVALID, "capacity_source");
    refused(&house, "establishment change", "{'ref':'ma-rouen','department':'99'}", ERR_NOT_FOUND, "department");
    refused(&house, "establishment change", "{'ref':'ma-rouen','region':'atlantis'}", ERR_INVALID, "region");
    refused(&house, "establishment change", "{'ref':'ma-rouen','kind':'hotel'}", ERR_INVALID, "kind");
    assert_int_equal(house_run(&house, &session_local, "establishment change",
                               "{'ref':'Maison d\\u0027arrêt de ROUEN','region':'lille','place':'Bonne-Nouvelle','capacity':649,"
                               "'capacity_source':'rapport'}",
                               NULL), 0);
    assert_string_equal(house_text(&house, "SELECT region_status FROM establishment WHERE ref = 'ma-rouen'"), "V");
    expect(import_shipped(&house, false), 350, 0, 0, 176, 0, 0, 174); /* and stays so */
    assert_string_equal(house_text(&house, "SELECT place FROM establishment WHERE ref = 'ma-rouen'"), "Bonne-Nouvelle");
    refused(&house, "establishment add", "{'kind':'cp','name':'Centre pénitentiaire de Caen','department':'14'}", ERR_REFUSED, "name");
    refused(&house, "establishment add", "{'kind':'cp','name':'Centre pénitentiaire neuf','department':'14'}", ERR_INVALID, "place");
    refused(&house, "establishment add", "{'kind':'cp','name':'Centre pénitentiaire de Troyes'}", ERR_INVALID, "department");
    assert_int_equal(house_run(&house, &session_local, "establishment add",
                               "{'kind':'cp','name':'Centre pénitentiaire de Troyes-Lavau','department':'10'}", &result), 0);
    assert_string_equal(tree_text(result, "ref"), "cp-troyes-lavau");
    assert_int_equal(house_run(&house, &session_local, "establishment change", "{'ref':'ma-troyes','closed_on':'2023-10-01'}", NULL), 0);
    assert_int_equal(house_run(&house, &session_local, "establishment change", "{'ref':'ma-troyes','reopen':true}", NULL), 0);
    assert_int_equal(house_int(&house, "SELECT count(*) FROM establishment WHERE closed_on <> ''"), 0);
    house_close(&house);
}

static void what_others_read(void **state)
{
    (void)state;
    struct house house;
    struct db *db;
    struct establishment one, *list;
    struct department department;
    size_t count;
    house_open(&house, subjects);
    import_shipped(&house, false);
    assert_int_equal(store_reader(house.store, &db, &house.error), 0);
    assert_int_equal(db_begin_read(db, &house.error), 0);
    assert_int_equal(establishment_find(db, house.arena, "centre de detention de val de reuil", &one, &house.error), 0);
    assert_string_equal(one.ref, "cd-val-de-reuil");
    assert_int_equal(one.capacity, -1);
    assert_int_equal(establishment_read(db, house.arena, one.id, &one, &house.error), 0);
    assert_int_equal(establishment_read(db, house.arena, 1, &one, &house.error), ERR_NOT_FOUND);
    assert_int_equal(establishments_read(db, house.arena, "27", &list, &count, &house.error), 0);
    assert_int_equal(count, 2);
    assert_int_equal(establishments_read(db, house.arena, NULL, &list, &count, &house.error), 0);
    assert_int_equal(count, 176);
    assert_int_equal(department_read(db, house.arena, "2A", &department, &house.error), 0);
    assert_string_equal(department.region, "marseille");
    assert_false(department.region_confirmed);
    assert_int_equal(department_read(db, house.arena, "20", &department, &house.error), ERR_NOT_FOUND);
    db_end_read(db);
    store_release(house.store, db);
    house_close(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),       cmocka_unit_test(the_shipped_file), cmocka_unit_test(dirty_rows),
        cmocka_unit_test(corrections), cmocka_unit_test(what_others_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
