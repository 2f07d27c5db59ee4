#include "base/catalogue.h"

#include <string.h>

#include "base/catalogue_texts.h"
#include "base/text.h"

static const struct catalogue_texts *catalogue_of(const char *language)
{
    for (const struct catalogue_texts *catalogue = catalogue_languages; catalogue->language; catalogue++)
        if (text_is(catalogue->language, language))
            return catalogue;
    return &catalogue_languages[0];
}

static const char *find(const struct catalogue_table *table, const char *key)
{
    uint32_t hash = 2166136261u;
    for (const char *p = key; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    for (uint32_t slot = hash & table->mask; table->slots[slot]; slot = (slot + 1) & table->mask) {
        const char *found = table->texts + table->slots[slot];
        if (!strcmp(found, key))
            return found + strlen(found) + 1;
    }
    return NULL;
}

/* What a third language does not say is said in French. */
static bool is_third(const struct catalogue_texts *catalogue)
{
    return catalogue >= &catalogue_languages[2];
}

const char *tr(const char *language, const char *english)
{
    const struct catalogue_texts *own = catalogue_of(language);
    const char *text = find(&own->sentences, english);
    if (!text && is_third(own))
        text = find(&catalogue_languages[0].sentences, english);
    return text ? text : english;
}

const char *tr_name(const char *language, const char *name)
{
    const struct catalogue_texts *own = catalogue_of(language);
    const char *text = find(&own->names, name);
    if (!text && is_third(own))
        text = find(&catalogue_languages[0].names, name);
    return text ? text : name;
}

const char *tr_language(int index, const char *name)
{
    for (const struct catalogue_texts *own = catalogue_languages; own->language; own++)
        if (find(&own->names, name) && index-- == 0)
            return own->language;
    return NULL;
}

bool tr_known(const char *language, const char *english)
{
    return tr(language, english) != english;
}

bool tr_name_known(const char *language, const char *name)
{
    return tr_name(language, name) != name;
}
