#include "base/catalogue.h"

#include <string.h>

#include "base/catalogue_texts.h"
#include "base/text.h"

static const char *find(const char *language, const char *key)
{
    const struct catalogue_texts *catalogue = text_is(language, "en") ? &catalogue_en : &catalogue_fr;
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
