#include "establishments/names.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"

/* Words as they stand folded; longer ones before those they begin with. "Centre détention" is in the text. */
static const struct {
    const char *kind, *folded;
} openings[] = {
    {"ma", "maison d arret"},         {"mc", "maison centrale"},
    {"cp", "centre penitentiaire"},   {"cd", "centre de detention"},
    {"cd", "centre detention"},       {"csl", "centre de semi liberte"},
    {"epsn", "etablissement public de sante national"},
};

/* Where the text goes on after the characters that fold to `folded`. The folded form has as many words as the text has
 * runs of letters and digits, so that counting words is enough. */
static const char *skip_words(const char *text, const char *folded)
{
    size_t words = 1;
    for (const char *p = folded; *p; p++)
        words += *p == ' ';
    while (words--) {
        while (*text && !isalnum((unsigned char)*text) && !((unsigned char)*text & 0x80))
            text++;
        while (isalnum((unsigned char)*text) || ((unsigned char)*text & 0x80))
            text++;
    }
    return text;
}

static bool begins_with_words(const char *folded, const char *words)
{
    size_t length = strlen(words);
    return text_starts(folded, words) && (!folded[length] || folded[length] == ' ');
}

/* The article that joins a place to what stands before it, and what it leaves of the place's own name. */
static const char *after_article(struct arena *arena, const char *text)
{
    static const struct {
        const char *article, *becomes;
    } articles[] = {
        {"de ", ""}, {"d'", ""}, {"du ", "Le "}, {"des ", "Les "},
    };
    text += strspn(text, " ");
    for (size_t i = 0; i < COUNT_OF(articles); i++)
        if (text_starts(text, articles[i].article))
            return arena_printf(arena, "%s%s", articles[i].becomes, text + strlen(articles[i].article));
    return "";
}

char *without_remarks(struct arena *arena, const char *text, const char **ret_remark)
{
    struct buffer kept = {0}, remark = {0};
    while (*text) {
        if (text_starts(text, "’")) { /* one apostrophe, however it was typed */
            buffer_char(&kept, '\'');
            text += strlen("’");
            continue;
        }
        if (*text != '(') {
            buffer_char(&kept, *text++);
            continue;
        }
        size_t inside = strcspn(++text, ")");
        buffer_printf(&remark, "%s%.*s", remark.length ? " ; " : "", (int)inside, text);
        text += inside + (text[inside] == ')');
    }
    char *clean = text_tidy(arena, buffer_string(&kept));
    if (ret_remark)
        *ret_remark = text_tidy(arena, buffer_string(&remark));
    buffer_free(&kept);
    buffer_free(&remark);
    return clean;
}

bool prison_name_read(struct arena *arena, const char *text, struct prison_name *ret_name)
{
    const char *remark;
    const char *name = without_remarks(arena, text, &remark), *folded = text_fold(arena, name);
    for (size_t i = 0; i < COUNT_OF(openings); i++)
        if (begins_with_words(folded, openings[i].folded)) {
            const char *rest = skip_words(name, openings[i].folded), *place = after_article(arena, rest);
            *ret_name = (struct prison_name){openings[i].kind, name, place, *place ? place : rest, remark};
            return true;
        }
    return false;
}

/* A full stop, a space and a capital letter end an item; parentheses hold abbreviations and are passed over. */
char *next_item(struct arena *arena, const char **at)
{
    const char *text = *at + strspn(*at, " .");
    if (!*text)
        return NULL;
    int depth = 0;
    size_t length = 0;
    for (; text[length]; length++) {
        depth += (text[length] == '(') - (text[length] == ')');
        if (depth <= 0 && text_starts(text + length, ". ") &&
            (isupper((unsigned char)text[length + 2]) || ((unsigned char)text[length + 2] & 0x80)))
            break;
    }
    *at = text + length;
    return arena_copy(arena, text, length);
}

const char *branch_place(struct arena *arena, const char *branch)
{
    branch = without_remarks(arena, branch, NULL);
    if (!strcmp(text_fold(arena, branch), "neant"))
        return "";
    if (!begins_with_words(text_fold(arena, branch), "antenne"))
        return branch;
    const char *place = after_article(arena, skip_words(branch, "antenne"));
    return *place ? place : branch;
}

const char *service_words(struct arena *arena, const char *service)
{
    static const char opening[] = "service penitentiaire d insertion et de probation";
    static const char *const articles[] = {"de la", "de l", "du", "des", "de", "d"};
    const char *folded = text_fold(arena, without_remarks(arena, service, NULL));
    if (!begins_with_words(folded, opening))
        return "";
    folded += strlen(opening);
    folded += strspn(folded, " ");
    for (size_t i = 0; i < COUNT_OF(articles); i++)
        if (begins_with_words(folded, articles[i])) {
            folded += strlen(articles[i]);
            break;
        }
    return folded + strspn(folded, " ");
}

char *establishment_ref(struct arena *arena, const char *kind, const char *name)
{
    struct prison_name parts;
    bool known = prison_name_read(arena, name, &parts);
    char *ref = arena_printf(arena, "%s-%s", kind, text_fold(arena, known ? parts.own : name));
    for (char *p = ref; *p; p++)
        *p = *p == ' ' ? '-' : *p;
    return ref;
}
