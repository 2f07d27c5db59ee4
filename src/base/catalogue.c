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

static const char *find_in(const struct catalogue_texts *catalogue, const char *key)
{
    size_t low = 0, high = catalogue->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *found = catalogue->texts + catalogue->keys[middle];
        int order = strcmp(key, found);
        if (!order)
            return found + strlen(found) + 1;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* What a third language does not say is said in French. */
static const char *find(const char *language, const char *key)
{
    const struct catalogue_texts *own = catalogue_of(language);
    const char *text = find_in(own, key);
    return text || own < &catalogue_languages[2] ? text : find_in(&catalogue_languages[0], key);
}

const char *tr(const char *language, const char *english)
{
    const char *text = find(language, english);
    return text ? text : english;
}

static bool name_key(const char *name, char *ret_key, size_t size)
{
    if (strlen(name) + 6 > size)
        return false;
    strcpy(stpcpy(ret_key, "name\004"), name);
    return true;
}

const char *tr_name(const char *language, const char *name)
{
    char key[128];
    const char *text = name_key(name, key, sizeof key) ? find(language, key) : NULL;
    return text ? text : name;
}

const char *tr_language(int index, const char *name)
{
    char key[128];
    for (const struct catalogue_texts *own = catalogue_languages; own->language && name_key(name, key, sizeof key); own++)
        if (find_in(own, key) && index-- == 0)
            return own->language;
    return NULL;
}

bool tr_known(const char *language, const char *english)
{
    return find(language, english) != NULL;
}

bool tr_name_known(const char *language, const char *name)
{
    return tr_name(language, name) != name;
}
