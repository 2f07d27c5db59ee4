#include "support/server.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "support/support.h"

static PGconn *open_connection(const char *url)
{
    PGconn *connection = PQconnectdb(url);
    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s: %s", url, PQerrorMessage(connection));
    (void)PQsetErrorVerbosity(connection, PQERRORS_TERSE);
    PQclear(PQexec(connection, "SET client_min_messages = error"));
    return connection;
}

/* "DROP TRIGGER item_no_update" -> "DROP TRIGGER item_no_update ON item", wherever it stands. */
static void add_tables(struct buffer *text, const char *sql)
{
    static const char verb[] = "DROP TRIGGER ";
    const char *drop;
    while ((drop = strstr(sql, verb))) {
        const char *name = drop + sizeof verb - 1, *end = name + strcspn(name, "; ");
        const char *table = strstr(name, "_no_");
        buffer_add(text, sql, (size_t)(end - sql));
        if (table && table < end)
            buffer_printf(text, " ON %.*s", (int)(table - name), name);
        sql = end;
    }
    buffer_text(text, sql);
}

static PGresult *run(PGconn *connection, const char *sql)
{
    struct buffer text = {0};
    add_tables(&text, sql);
    PGresult *result = PQexec(connection, buffer_string(&text));
    buffer_free(&text);
    return result;
}

void server_execute(const char *url, const char *sql)
{
    PGconn *connection = open_connection(url);
    PGresult *result = run(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

void server_try(const char *url, const char *sql, char ret_state[6])
{
    PGconn *connection = open_connection(url);
    PGresult *result = run(connection, sql);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(ret_state, 6, "%s", state ? state : "00000");
    PQclear(result);
    PQfinish(connection);
}

void server_text(const char *url, const char *sql, char *ret_text, size_t size)
{
    PGconn *connection = open_connection(url);
    PGresult *result = run(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(connection));
    snprintf(ret_text, size, "%s", PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(connection);
}
