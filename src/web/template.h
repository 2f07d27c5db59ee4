/* Page templates: Mustache syntax, parsed once, escaped always.
 *
 *   {{name}} {{a.b}} {{.}}        escaped text; an integer, a bool or text of the tree
 *   {{#name}}…{{/name}}           list: once per item; map, text or number: once, inside it; true: once, in
 * place
 *   {{^name}}…{{/name}}           when it is missing, null, false, 0, "" or empty
 *   {{>partial}}                  another template by name, with the same context
 *   {{>*name}}                    the template whose name is the text found under name: a layout holds its
 * page
 *   {{! comment }}                the first comment of a page is its header
 *   {{_ Sentence in English }}    the sentence in the request's language (escaped); its white space is tidied
 *   {{~name}}                     the text found under name (a code such as "siae"), translated, escaped
 *   {{name|filter}}               written the way of the language, with no-break spaces:
 *       money     cents           1 234,56 €   €1,234.56
 *       quantity  thousandths     1 234,5      1,234.5
 *       rate      millionths      45 %         45%
 *       date      "2021-01-04"    4 janv. 2021
 *       instant   UTC ms          4 janv. 2021, 12:00 (time in Paris)
 *       number    integer         12 345       12,345;  decimal text: 0,45   0.45
 *       words     codes           each translated, with commas between
 *       url       text, integer   percent-encoded
 *
 * The sign stands right after the braces. A section, a partial or a comment alone on its line takes the line
 * with it (white space and line end), as the Mustache specification says. The line's indentation is not given
 * to the lines of the partial: inside <pre> or <textarea> it would change the text.
 *
 * There is no triple mustache and no way to emit raw text from data. Escaped text is safe in an element and
 * in a quoted attribute; it is not made safe inside <script> or <style>, nor as the scheme of a link: start
 * links with a path of ours. */
#ifndef MAILLON_TEMPLATE_H
#define MAILLON_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buffer;
struct error;
struct template_set;
struct tree;

/* A set of named templates: "layout", "members/list". Once linked it is only read: threads may share it. */
struct template_set *template_set_new(void);
void template_set_free(struct template_set *set); /* NULL is accepted */

/* Parses and adds; name and source are copied. The refusal names template and line: an unclosed section, a
 * bad tag, an unknown filter, a name taken. At most 1 MB, sections at most 32 deep. */
int template_add(struct template_set *set, const char *name, const char *source, size_t length,
                 struct error *error);

/* After all were added: every partial exists. A template may include itself, for fields within fields:
 * rendering stops with an error 32 partials deep. The recursion ends when the innermost item has the name it
 * runs over, null or empty: a name that is missing is looked for further out, and would be found there. */
int template_link(struct template_set *set, struct error *error);

/* Text of the first comment of the template ("" when none): "path: /members\ntitle: …". */
const char *template_header(const struct template_set *set, const char *name);

/* Renders into out. Names are looked up in the innermost map first, then outwards; the later parts of a
 * dotted name only inside the first, and null has whatever member is asked, null too. language: "fr" or "en"
 * (NULL: French). translate(text, language) gives the sentence in the language (NULL: as it is). In strict
 * mode (tests, --pages) a name that is in no map of the context, a list or a map where a value is written,
 * and a value of the wrong kind for its filter are errors that name template, line and name; otherwise the
 * first two render as nothing and the last as it is. What may be absent is therefore set to null by whoever
 * makes the context. Codes ({{~name}}, |words) go to name, which is translate when NULL: a word may be a code and a
 * sentence too. After an error out is as it was before. options may be NULL. */
struct template_options {
    const char *language;
    const char *(*translate)(const char *text, const char *language);
    bool strict;
    const char *(*name)(const char *code, const char *language);
};
int template_render(const struct template_set *set, const char *name, const struct tree *context,
                    const struct template_options *options, struct buffer *out, struct error *error);

/* Calls visit for every sentence ({{_ …}}) of the set: the catalogue's test uses it. */
void template_sentences(const struct template_set *set, void (*visit)(const char *sentence, void *context),
                        void *context);

#endif
