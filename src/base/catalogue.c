/* French and English, compiled in: po/<room>.fr.po and po/<room>.en.po are read once at the start into a table.
 *
 * A sentence's key is its English text. A name's key (field, column, code, role) is the name with msgctxt "name";
 * both languages have a text for it. Requests choose the language; there is no process-wide locale. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/catalogue.h"
#include "base/embed.h"
#include "base/text.h"

struct entry {
    const char *key, *text;
    struct entry *next;
};

enum { SLOTS = 4096 };

struct catalogue {
    struct entry *slots[SLOTS];
};

/* Written once by catalogue_load before any thread starts, read-only afterwards: configuration, not state. */
static struct catalogue languages[2]; /* fr, en */

static unsigned hash_of(const char *text)
{
    unsigned hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash % SLOTS;
}

static const char *find(const char *language, const char *key)
{
    const struct entry *entry = languages[text_is(language, "en")].slots[hash_of(key)];
    while (entry && strcmp(entry->key, key) != 0)
        entry = entry->next;
    return entry ? entry->text : NULL;
}

/* Appends the text of one quoted line. */
static void add_quoted(struct buffer *out, const char *line, size_t length)
{
    const char *p = memchr(line, '"', length), *end = line + length;
    for (p = p ? p + 1 : end; p < end && *p != '"';) {
        size_t plain = strcspn(p, "\\\"\n"); /* in one piece: this runs at every start */
        buffer_add(out, p, plain);
        p += plain;
        if (p + 1 < end && *p == '\\') {
            buffer_char(out, p[1] == 'n' ? '\n' : p[1] == 't' ? '\t' : p[1]);
            p += 2;
        } else if (p < end && *p != '"') {
            p++;
        }
    }
}

struct message {
    struct buffer context, key, text;
};

static void keep(struct arena *arena, struct catalogue *catalogue, struct message *message, bool fuzzy)
{
    if (message->key.length && message->text.length && !fuzzy) {
        struct entry *entry = ARENA_NEW(arena, struct entry);
        entry->key = message->context.length
                         ? arena_printf(arena, "%s\004%s", message->context.bytes, message->key.bytes)
                         : arena_strdup(arena, message->key.bytes);
        entry->text = arena_strdup(arena, message->text.bytes);
        unsigned slot = hash_of(entry->key);
        entry->next = catalogue->slots[slot];
        catalogue->slots[slot] = entry;
    }
    buffer_clear(&message->context);
    buffer_clear(&message->key);
    buffer_clear(&message->text);
}

static void load(struct arena *arena, struct catalogue *catalogue, const char *po)
{
    struct message message = {0};
    struct buffer *part = NULL;
    bool fuzzy = false;
    while (*po) {
        size_t line = strcspn(po, "\n"), length = line;
        if (text_starts(po, "msgctxt") || (text_starts(po, "msgid") && part == &message.text)) {
            keep(arena, catalogue, &message, fuzzy);
            fuzzy = false;
        }
        if (text_starts(po, "#, fuzzy"))
            fuzzy = true;
        if (text_starts(po, "msgctxt"))
            part = &message.context;
        else if (text_starts(po, "msgid"))
            part = &message.key;
        else if (text_starts(po, "msgstr"))
            part = &message.text;
        else if (*po != '"')
            length = 0;
        if (length && part)
            add_quoted(part, po, length);
        po += line;
        po += *po == '\n';
    }
    keep(arena, catalogue, &message, fuzzy);
    buffer_free(&message.context);
    buffer_free(&message.key);
    buffer_free(&message.text);
}

void catalogue_load(struct arena *arena)
{
    static const char *const endings[] = {".fr.po", ".en.po"};
    memset(languages, 0, sizeof languages);
    for (const struct embedded *file = embed_first("po/"); file; file = embed_next(file, "po/"))
        for (int i = 0; i < 2; i++)
            if (text_ends(file->path, endings[i]))
                load(arena, &languages[i], file->bytes);
}

const char *tr(const char *language, const char *english)
{
    const char *text = find(language, english);
    return text ? text : english;
}

const char *tr_name(const char *language, const char *name)
{
    char key[128] = "name\004";
    if (strlen(name) + 6 > sizeof key)
        return name;
    strcpy(key + 5, name);
    const char *text = find(language, key);
    return text ? text : name;
}

bool tr_known(const char *language, const char *english)
{
    return find(language, english) != NULL;
}

bool tr_name_known(const char *language, const char *name)
{
    return tr_name(language, name) != name;
}
