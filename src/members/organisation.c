#include "members/organisation.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "members/kinds.h"
#include "store/store.h"

struct organisation organisation_empty(void)
{
    return (struct organisation){.siret = "",
                                 .name = "",
                                 .brand = "",
                                 .kinds = "",
                                 .status = "directory",
                                 .status_on = "",
                                 .naf = "",
                                 .address = "",
                                 .post_code = "",
                                 .city = "",
                                 .department = "",
                                 .quality_author = "",
                                 .quality_on = "",
                                 .quality_note = "",
                                 .functions = ""};
}

/* --- reading --- */

#define COLUMNS                                                                                               \
    "id, siret, name, brand, kinds, status, status_on, naf, address, post_code, city, department, "           \
    "latitude_millionths, longitude_millionths, turnover_cents, turnover_limit_cents, may_lead, "             \
    "prison_work, quality, quality_author, quality_on, employees, employees_in_insertion, "                   \
    "surplus_reinvested_permille, pay_ratio_thousandths, social, functions"

struct cursor {
    struct arena *arena;
    struct rows *rows;
    int column;
};

static const char *take_text(struct cursor *cursor)
{
    return arena_strdup(cursor->arena, rows_text(cursor->rows, cursor->column++));
}

static struct fact take_fact(struct cursor *cursor)
{
    int column = cursor->column++;
    if (rows_null(cursor->rows, column))
        return (struct fact){0};
    return (struct fact){true, rows_int(cursor->rows, column)};
}

static void take_row(struct cursor *cursor, struct organisation *it)
{
    it->id = rows_int(cursor->rows, cursor->column++);
    it->siret = take_text(cursor);
    it->name = take_text(cursor);
    it->brand = take_text(cursor);
    it->kinds = take_text(cursor);
    it->status = take_text(cursor);
    it->status_on = take_text(cursor);
    it->naf = take_text(cursor);
    it->address = take_text(cursor);
    it->post_code = take_text(cursor);
    it->city = take_text(cursor);
    it->department = take_text(cursor);
    it->latitude_millionths = take_fact(cursor);
    it->longitude_millionths = take_fact(cursor);
    it->turnover_cents = take_fact(cursor);
    it->turnover_limit_cents = take_fact(cursor);
    it->may_lead = rows_int(cursor->rows, cursor->column++) != 0;
    it->prison_work = rows_int(cursor->rows, cursor->column++) != 0;
    it->quality = take_fact(cursor);
    it->quality_author = take_text(cursor);
    it->quality_on = take_text(cursor);
    it->quality_note = "";
    it->employees = take_fact(cursor);
    it->employees_in_insertion = take_fact(cursor);
    it->surplus_reinvested_permille = take_fact(cursor);
    it->pay_ratio_thousandths = take_fact(cursor);
    it->social = take_fact(cursor);
    it->functions = take_text(cursor);
}

int organisation_read(struct db *db, struct arena *arena, const char *siret, int64_t id,
                      struct organisation *ret_organisation, bool *ret_found, struct error *error)
{
    struct rows *rows;
    int result = siret ? db_query(db, "SELECT " COLUMNS " FROM member WHERE siret = :siret",
                                  BIND(TEXT("siret", siret)), &rows, error)
                       : db_query(db, "SELECT " COLUMNS " FROM member WHERE id = :id", BIND(INT("id", id)), &rows,
                                  error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found) {
        struct cursor cursor = {arena, rows, 0};
        take_row(&cursor, ret_organisation);
    }
    return rows_close(rows);
}

/* --- writing --- */

static const char *search_text(struct arena *arena, const struct organisation *it)
{
    return text_fold(arena, arena_printf(arena, "%s %s %s %s %s", it->name, it->brand, it->city, it->post_code, it->siret));
}

static int put_search(struct db *db, struct arena *arena, const struct organisation *old,
                      const struct organisation *it, struct error *error)
{
    const char *text = search_text(arena, it);
    const char *before = old ? search_text(arena, old) : NULL;
    if (before && !strcmp(before, text))
        return 0;
    int result = before ? db_search_remove(db, "member", it->id, before, error) : 0;
    return result ? result : db_search_put(db, "member", it->id, text, error);
}

#define FACT(name_, fact_) INT_OR_NULL(name_, (fact_).known, (fact_).value)

static int put_row(struct db *db, struct arena *arena, const struct organisation *it, const char *sql, int64_t now_ms,
                   struct error *error)
{
    int64_t bits;
    if (!kinds_bits(it->kinds, &bits))
        return error_set(error, ERR_INTERNAL, "kinds", N_("The kind {0} is not known."), it->kinds, NULL);
    return db_run(
        db, sql,
        BIND(INT("id", it->id), TEXT("siret", it->siret), TEXT("name", it->name),
             TEXT("name_folded", text_fold(arena, it->name)), TEXT("brand", it->brand), TEXT("kinds", it->kinds),
             INT("kind_bits", bits), TEXT("status", it->status), TEXT("status_on", it->status_on),
             TEXT("naf", it->naf), TEXT("address", it->address), TEXT("post_code", it->post_code),
             TEXT("city", it->city), TEXT("city_folded", text_fold(arena, it->city)),
             TEXT("department", it->department), FACT("latitude", it->latitude_millionths),
             FACT("longitude", it->longitude_millionths), FACT("turnover", it->turnover_cents),
             FACT("turnover_limit", it->turnover_limit_cents), INT("may_lead", it->may_lead),
             INT("prison_work", it->prison_work), FACT("quality", it->quality),
             TEXT("quality_author", it->quality_author), TEXT("quality_on", it->quality_on),
             FACT("employees", it->employees), FACT("in_insertion", it->employees_in_insertion),
             FACT("reinvested", it->surplus_reinvested_permille), FACT("pay_ratio", it->pay_ratio_thousandths),
             FACT("social", it->social), TEXT("functions", it->functions), INT("offering", it->functions[0] != 0),
             INT("changed", now_ms)),
        error);
}

static const char insert_sql[] =
    "INSERT INTO member(id, siret, name, name_folded, brand, kinds, kind_bits, status, status_on, naf, address, "
    "post_code, city, city_folded, department, latitude_millionths, longitude_millionths, turnover_cents, "
    "turnover_limit_cents, may_lead, prison_work, quality, quality_author, quality_on, employees, "
    "employees_in_insertion, surplus_reinvested_permille, pay_ratio_thousandths, social, functions, offering, changed) "
    "VALUES (:id, :siret, :name, :name_folded, :brand, :kinds, :kind_bits, :status, :status_on, :naf, :address, "
    ":post_code, :city, :city_folded, :department, :latitude, :longitude, :turnover, :turnover_limit, :may_lead, "
    ":prison_work, :quality, :quality_author, :quality_on, :employees, :in_insertion, :reinvested, :pay_ratio, "
    ":social, :functions, :offering, :changed)";

static const char update_sql[] =
    "UPDATE member SET siret = :siret, name = :name, name_folded = :name_folded, brand = :brand, kinds = :kinds, "
    "kind_bits = :kind_bits, status = :status, status_on = :status_on, naf = :naf, address = :address, "
    "post_code = :post_code, city = :city, city_folded = :city_folded, department = :department, "
    "latitude_millionths = :latitude, longitude_millionths = :longitude, turnover_cents = :turnover, "
    "turnover_limit_cents = :turnover_limit, may_lead = :may_lead, prison_work = :prison_work, quality = :quality, "
    "quality_author = :quality_author, quality_on = :quality_on, employees = :employees, "
    "employees_in_insertion = :in_insertion, surplus_reinvested_permille = :reinvested, "
    "pay_ratio_thousandths = :pay_ratio, social = :social, functions = :functions, offering = :offering, "
    "changed = :changed WHERE id = :id";

int organisation_store(struct db *db, struct arena *arena, const struct organisation *old,
                       struct organisation *organisation, int64_t now_ms, struct error *error)
{
    organisation->id = old ? old->id : db_next_id(db);
    int result = put_row(db, arena, organisation, old ? update_sql : insert_sql, now_ms, error);
    return result ? result : put_search(db, arena, old, organisation, error);
}
