/* One establishment as it is stored. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "establishments/import.h"

#define COLUMNS                                                                                               \
    "id, ref, kind, name, place, probation_service, probation_branch, department, region, region_status, "    \
    "capacity, capacity_source, capacity_on, closed_on, remark, file, fingerprint, line"

int prison_read(struct db *db, struct arena *arena, const char *ref, struct prison *it, bool *ret_found,
                struct error *error)
{
    struct rows *rows;
    int result = db_query(db, "SELECT " COLUMNS " FROM establishment WHERE ref = :ref", BIND(TEXT("ref", ref)), &rows, error);
    if (result)
        return result;
    *ret_found = rows_next(rows);
    if (*ret_found)
        *it = (struct prison){.id = rows_int(rows, 0),
                              .ref = arena_strdup(arena, rows_text(rows, 1)),
                              .kind = arena_strdup(arena, rows_text(rows, 2)),
                              .name = arena_strdup(arena, rows_text(rows, 3)),
                              .place = arena_strdup(arena, rows_text(rows, 4)),
                              .probation_service = arena_strdup(arena, rows_text(rows, 5)),
                              .probation_branch = arena_strdup(arena, rows_text(rows, 6)),
                              .department = arena_strdup(arena, rows_text(rows, 7)),
                              .region = arena_strdup(arena, rows_text(rows, 8)),
                              .region_status = arena_strdup(arena, rows_text(rows, 9)),
                              .capacity_known = !rows_null(rows, 10),
                              .capacity = rows_int(rows, 10),
                              .capacity_source = arena_strdup(arena, rows_text(rows, 11)),
                              .capacity_on = arena_strdup(arena, rows_text(rows, 12)),
                              .closed_on = arena_strdup(arena, rows_text(rows, 13)),
                              .remark = arena_strdup(arena, rows_text(rows, 14)),
                              .file = arena_strdup(arena, rows_text(rows, 15)),
                              .fingerprint = arena_strdup(arena, rows_text(rows, 16)),
                              .line = rows_int(rows, 17)};
    return rows_close(rows);
}

static const char insert_sql[] =
    "INSERT INTO establishment(id, ref, kind, name, name_folded, place, place_folded, probation_service, "
    "probation_branch, department, region, region_status, capacity, capacity_source, capacity_on, closed_on, remark, "
    "file, line, fingerprint, changed) VALUES (:id, :ref, :kind, :name, :name_folded, :place, :place_folded, :service, "
    ":branch, :department, :region, :region_status, :capacity, :capacity_source, :capacity_on, :closed_on, :remark, "
    ":file, :line, :fingerprint, :changed)";

static const char update_sql[] =
    "UPDATE establishment SET ref = :ref, kind = :kind, name = :name, name_folded = :name_folded, place = :place, "
    "place_folded = :place_folded, probation_service = :service, probation_branch = :branch, department = :department, "
    "region = :region, region_status = :region_status, capacity = :capacity, capacity_source = :capacity_source, "
    "capacity_on = :capacity_on, closed_on = :closed_on, remark = :remark, file = :file, line = :line, "
    "fingerprint = :fingerprint, changed = :changed WHERE id = :id";

static const char *search_text(struct arena *arena, const struct prison *it)
{
    return text_fold(arena, arena_printf(arena, "%s %s %s", it->name, it->place, it->ref));
}

int prison_store(struct db *db, struct arena *arena, const struct prison *old, struct prison *it, int64_t now_ms,
                 struct error *error)
{
    it->id = old ? old->id : db_next_id(db);
    int result = db_run(db, old ? update_sql : insert_sql,
                        BIND(INT("id", it->id), TEXT("ref", it->ref), TEXT("kind", it->kind), TEXT("name", it->name),
                             TEXT("name_folded", text_fold(arena, it->name)), TEXT("place", it->place),
                             TEXT("place_folded", text_fold(arena, it->place)),
                             TEXT("service", it->probation_service), TEXT("branch", it->probation_branch),
                             TEXT("department", it->department), TEXT("region", it->region),
                             TEXT("region_status", it->region_status),
                             INT_OR_NULL("capacity", it->capacity_known, it->capacity),
                             TEXT("capacity_source", it->capacity_source), TEXT("capacity_on", it->capacity_on),
                             TEXT("closed_on", it->closed_on), TEXT("remark", it->remark), TEXT("file", it->file),
                             INT("line", it->line), TEXT("fingerprint", it->fingerprint), INT("changed", now_ms)),
                        error);
    const char *text = search_text(arena, it), *before = old ? search_text(arena, old) : NULL;
    if (result || (before && !strcmp(before, text)))
        return result;
    if (before && (result = db_search_remove(db, "establishment", it->id, before, error)))
        return result;
    return db_search_put(db, "establishment", it->id, text, error);
}
