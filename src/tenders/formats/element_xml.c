/* Elements from XML, by libxml2's SAX interface: no tree of its own is built, and nothing it could load,
 * expand or define is given a handler. A DOCTYPE ends the reading before its first declaration is looked at,
 * so that entities that expand, or name a file of this machine, never come to life. */
#include <libxml/parser.h>
#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/library.h"
#include "tenders/formats/element.h"

#define XML_FUNCTIONS(X)                                                                             \
    X(xmlCtxtReadMemory) X(xmlFreeParserCtxt) X(xmlInitParser) X(xmlNewParserCtxt) X(xmlStopParser)
LIBRARY(xml, XML_FUNCTIONS);
LIBRARY_DEFINE(xml, XML_FUNCTIONS, "libxml2.so.2", "libxml2")

enum { DEPTH_MAX = 100, ELEMENTS_MAX = 2000000 };

enum stop { STOP_NONE, STOP_DOCTYPE, STOP_DEPTH, STOP_COUNT };

struct parse {
    struct arena *arena;
    xmlParserCtxtPtr context;
    struct element *open[DEPTH_MAX]; /* [0] stands above the root */
    int depth;
    size_t count;
    struct buffer text; /* since the last tag */
    enum stop stop;
    int error_line;
    char error_text[128];
};

static void stop(struct parse *parse, enum stop why)
{
    if (parse->stop == STOP_NONE)
        parse->stop = why;
    xml.xmlStopParser(parse->context);
}

static bool is_blank(const struct buffer *text)
{
    for (size_t i = 0; i < text->length; i++)
        if (!strchr(" \t\r\n", text->bytes[i]))
            return false;
    return true;
}

/* Gives the text read so far to the element that is open. */
static void close_text(struct parse *parse)
{
    struct element *open = parse->open[parse->depth];
    if (!is_blank(&parse->text)) {
        char *text = arena_copy(parse->arena, parse->text.bytes, parse->text.length);
        if (!open->first && !*open->text) {
            open->text = text;
        } else {
            struct element *piece = ARENA_NEW(parse->arena, struct element);
            piece->name = "";
            piece->text = text;
            element_add(open, piece);
            parse->count++;
        }
    }
    buffer_clear(&parse->text);
}

static struct element *new_element(struct parse *parse, const xmlChar *name)
{
    struct element *element = ARENA_NEW(parse->arena, struct element);
    element->name = arena_strdup(parse->arena, (const char *)name);
    element->text = "";
    parse->count++;
    return element;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespaces, const xmlChar **namespace_list, int attribute_count, int defaulted,
                     const xmlChar **attributes)
{
    struct parse *parse = user;
    (void)prefix, (void)uri, (void)namespaces, (void)namespace_list, (void)defaulted;
    if (parse->stop != STOP_NONE)
        return;
    close_text(parse);
    if (parse->depth + 1 >= DEPTH_MAX) {
        stop(parse, STOP_DEPTH);
        return;
    }
    struct element *element = new_element(parse, name);
    for (int i = 0; i < attribute_count; i++) {
        /* five pointers each: name, prefix, namespace, start and end of the value */
        const xmlChar **at = attributes + (size_t)i * 5;
        struct element *attribute = new_element(parse, at[0]);
        attribute->text = arena_copy(parse->arena, (const char *)at[3], (size_t)(at[4] - at[3]));
        attribute->next = element->attributes;
        element->attributes = attribute;
    }
    element_add(parse->open[parse->depth], element);
    parse->open[++parse->depth] = element;
    if (parse->count > ELEMENTS_MAX)
        stop(parse, STOP_COUNT);
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct parse *parse = user;
    (void)name, (void)prefix, (void)uri;
    if (parse->stop != STOP_NONE || !parse->depth)
        return;
    close_text(parse);
    parse->depth--;
}

static void on_text(void *user, const xmlChar *text, int length)
{
    struct parse *parse = user;
    if (parse->stop == STOP_NONE && parse->depth)
        buffer_add(&parse->text, text, (size_t)length);
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    stop(user, STOP_DOCTYPE);
}

static void on_error(void *user, xmlErrorPtr error)
{
    struct parse *parse = user;
    if (parse->error_text[0] || error->level < XML_ERR_ERROR)
        return;
    parse->error_line = error->line;
    size_t length = error->message ? strcspn(error->message, "\r\n") : 0;
    if (length >= sizeof parse->error_text)
        length = sizeof parse->error_text - 1;
    memcpy(parse->error_text, error->message ? error->message : "", length);
    parse->error_text[length] = 0;
}

static int say_why(const struct parse *parse, struct error *error)
{
    char line[16];
    snprintf(line, sizeof line, "%d", parse->error_line);
    switch (parse->stop) {
    case STOP_DOCTYPE:
        return error_set(error, ERR_INVALID, "file",
                         N_("This XML has a DOCTYPE: it is refused, because its entities could expand or "
                            "name other files."),
                         NULL);
    case STOP_DEPTH:
        return error_set(error, ERR_INVALID, "file", N_("This XML is nested too deeply."), NULL);
    case STOP_COUNT:
        return error_set(error, ERR_TOO_LARGE, "file", N_("This XML has too many elements."), NULL);
    case STOP_NONE:
        break;
    }
    return error_set(error, ERR_INVALID, "file",
                     N_("This is not well-formed XML, or it is cut: {0} (line {1})."),
                     parse->error_text[0] ? parse->error_text : "?", line, NULL);
}

static void initialise(void)
{
    xml.xmlInitParser();
}

int element_read_xml(struct arena *arena, const char *bytes, size_t length, struct element **ret_root,
                     struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int result = library_load(&xml_library, error);
    if (result)
        return result;
    pthread_once(&once, initialise);
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_start,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .ignorableWhitespace = on_text,
                             .cdataBlock = on_text,
                             .internalSubset = on_doctype,
                             .serror = on_error};
    struct parse parse = {.arena = arena};
    struct element above = {.name = "", .text = ""};
    parse.open[0] = &above;
    parse.context = xml.xmlNewParserCtxt();
    if (!parse.context)
        return error_set(error, ERR_INTERNAL, "file", N_("The XML reader could not start."), NULL);
    *parse.context->sax = handler;
    parse.context->userData = &parse;
    xml.xmlCtxtReadMemory(parse.context, bytes, (int)length, NULL, "UTF-8",
                      XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC);
    bool well_formed = parse.context->wellFormed && parse.stop == STOP_NONE && above.first;
    xml.xmlFreeParserCtxt(parse.context);
    buffer_free(&parse.text);
    if (!well_formed)
        return say_why(&parse, error);
    *ret_root = above.first;
    return 0;
}
