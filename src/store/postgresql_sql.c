#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "store/postgresql.h"

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length;
}

/* Bytes to copy as they are: 'text' and "name" (a doubled quote is the next one's beginning), comments. */
static size_t quoted_length(const char *sql)
{
    if (*sql == '\'' || *sql == '"') {
        const char *end = strchr(sql + 1, *sql);
        return end ? (size_t)(end + 1 - sql) : strlen(sql);
    }
    if (sql[0] == ':' && sql[1] == ':')
        return 2;
    return sql[0] == '-' && sql[1] == '-' ? strcspn(sql, "\n") : 0;
}

static int number_of(const char *name, size_t length, struct buffer *names, int *count)
{
    const char *known = buffer_string(names);
    for (int i = 1; i <= *count; i++, known += strlen(known) + 1)
        if (strlen(known) == length && !memcmp(known, name, length))
            return i;
    buffer_add(names, name, length);
    buffer_char(names, 0);
    return ++*count;
}

static bool is(const char *word, size_t length, const char *expected)
{
    return strlen(expected) == length && !memcmp(word, expected, length);
}

static void add_word(struct buffer *sql, const char *word, size_t length, bool definition)
{
    if (is(word, length, "INTEGER"))
        buffer_text(sql, "bigint");
    else if (is(word, length, "BLOB"))
        buffer_text(sql, "bytea");
    else if (is(word, length, "TEXT"))
        buffer_text(sql, definition ? "text COLLATE \"C\"" : "text");
    else
        buffer_add(sql, word, length);
}

int pg_translate(const char *sql, struct buffer *ret_sql, struct buffer *names)
{
    struct buffer unwanted = {0};
    bool definition = text_starts(sql, "CREATE") || text_starts(sql, "ALTER");
    static const char lock[] = "/* FOR UPDATE */"; /* SQLite has one writer and needs none */
    int count = 0;
    while (*sql) {
        size_t length = quoted_length(sql);
        if (definition && text_starts(sql, "STRICT"))
            break; /* what follows are SQLite's own options of a table */
        if (text_starts(sql, lock)) {
            buffer_text(ret_sql, "FOR UPDATE");
            length = sizeof lock - 1;
        } else if (length) {
            buffer_add(ret_sql, sql, length);
        } else if ((length = word_length(sql))) {
            add_word(ret_sql, sql, length, definition);
        } else if (*sql == ':' && (length = word_length(sql + 1))) {
            buffer_printf(ret_sql, "$%d", number_of(sql + 1, length, names ? names : &unwanted, &count));
            length++;
        } else {
            length = 1;
            buffer_char(ret_sql, *sql);
        }
        sql += length;
    }
    buffer_free(&unwanted);
    return count;
}
