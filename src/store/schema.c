#include "store/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct parser {
    struct arena *arena;
    struct schema *schema;
    int version;
    char table[64]; /* inside its CREATE TABLE; "" outside */
};

static void add_step(struct parser *parser, enum schema_verb verb, const char *text, size_t length)
{
    struct schema *schema = parser->schema;
    struct schema_step *steps = ARENA_ARRAY(parser->arena, struct schema_step, schema->step_count + 1);
    if (schema->step_count)
        memcpy(steps, schema->steps, schema->step_count * sizeof *steps);
    steps[schema->step_count++] =
        (struct schema_step){parser->version, verb, arena_copy(parser->arena, text, length)};
    schema->steps = steps;
}

static enum label label_of(const char *comment)
{
    static const char *const names[] = {"", "[public]", "[internal]", "[personal]", "[sensitive]"};
    for (int label = LABEL_PUBLIC; label <= LABEL_SENSITIVE; label++)
        if (strstr(comment, names[label]))
            return (enum label)label;
    return LABEL_NONE;
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length;
}

/* A line "name TYPE …, -- comment [label]" inside a table. Constraints begin with an upper-case word. */
static void add_column(struct parser *parser, const char *line, const char *comment)
{
    size_t name = word_length(line);
    if (!name || !islower((unsigned char)*line))
        return;
    const char *type = line + name + strspn(line + name, " ");
    struct schema *schema = parser->schema;
    struct schema_column *columns = ARENA_ARRAY(parser->arena, struct schema_column, schema->column_count + 1);
    if (schema->column_count)
        memcpy(columns, schema->columns, schema->column_count * sizeof *columns);
    columns[schema->column_count++] = (struct schema_column){
        .table = arena_strdup(parser->arena, parser->table),
        .name = arena_copy(parser->arena, line, name),
        .type = arena_copy(parser->arena, type, word_length(type)),
        .comment = comment ? arena_strdup(parser->arena, comment) : "",
        .label = comment ? label_of(comment) : LABEL_NONE,
    };
    schema->columns = columns;
}

static void read_table_name(struct parser *parser, const char *statement)
{
    static const char opening[] = "CREATE TABLE ";
    if (!text_starts(statement, opening))
        return;
    const char *name = statement + sizeof opening - 1;
    size_t length = word_length(name);
    if (length < sizeof parser->table) {
        memcpy(parser->table, name, length);
        parser->table[length] = 0;
    }
}

/* "-- version: 2", "-- immutable: notice", "-- search: member" on a line of their own. */
static bool read_directive(struct parser *parser, const char *line)
{
    int64_t version;
    if (text_starts(line, "-- version: ") && text_to_int(line + 12, &version))
        parser->version = (int)version;
    else if (text_starts(line, "-- immutable: "))
        add_step(parser, SCHEMA_IMMUTABLE, line + 14, word_length(line + 14));
    else if (text_starts(line, "-- search: "))
        add_step(parser, SCHEMA_SEARCH, line + 11, word_length(line + 11));
    else
        return text_starts(line, "--");
    return true;
}

int schema_last_version(const char *sql)
{
    static const char directive[] = "-- version: ";
    int version = 1;
    while ((sql = strstr(sql, directive)))
        version = atoi(sql += sizeof directive - 1);
    return version;
}

int schema_parse(struct arena *arena, const char *sql, struct schema *ret_schema, struct error *error)
{
    struct parser parser = {.arena = arena, .schema = ret_schema, .version = 1};
    *ret_schema = (struct schema){0};
    char *statement = arena_alloc(arena, strlen(sql) + 1);
    size_t used = 0;
    while (*sql) {
        size_t length = strcspn(sql, "\n"), margin = strspn(sql, " ");
        char *line = arena_copy(arena, sql + margin, length - margin);
        sql += length + (sql[length] == '\n');
        if (!used && (!*line || read_directive(&parser, line)))
            continue;
        char *comment = strstr(line, "--");
        if (comment) {
            *comment = 0;
            comment += 2 + strspn(comment + 2, " ");
        }
        if (!used)
            read_table_name(&parser, line);
        else if (parser.table[0])
            add_column(&parser, line, comment);
        used = (size_t)(stpcpy(statement + used, line) - statement);
        statement[used++] = '\n';
        while (used && isspace((unsigned char)statement[used - 1]))
            used--;
        if (used && statement[used - 1] == ';') {
            add_step(&parser, SCHEMA_SQL, statement, used - 1);
            used = 0;
            parser.table[0] = 0;
        } else if (used) {
            statement[used++] = '\n';
        }
        statement[used] = 0;
    }
    if (used)
        return error_set(error, ERR_INTERNAL, "", N_("A schema ends inside a statement: {0}"), statement, NULL);
    return 0;
}
