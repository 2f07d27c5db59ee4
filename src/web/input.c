/* What comes in: query, form fields, uploads, raw bodies. Everything has a limit. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "web/request.h"

static enum MHD_Result add_query(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct request *request = context;
    (void)kind;
    if (!value)
        value = "";
    if (request->query->count < 100 && text_is_clean(name, strlen(name)) && text_is_clean(value, strlen(value)))
        tree_set_text(request->arena, (struct tree *)request->query, arena_strdup(request->arena, name),
                      arena_strdup(request->arena, value));
    return MHD_YES;
}

/* A field's pieces arrive one by one; the next field's name, or the end, closes it. */
static void close_field(struct request *request)
{
    if (!request->last_name)
        return;
    const char *name = request->last_name, *value = buffer_string(&request->last_value);
    request->last_name = NULL;
    if (strlen(value) != request->last_value.length || !text_is_clean(value, request->last_value.length))
        value = "\x01"; /* refused as "not plain text" beside its field */
    struct tree *earlier = (struct tree *)tree_get(request->form, name);
    if (earlier) /* check boxes of one name: their values together, separated by spaces */
        earlier->text = arena_printf(request->arena, "%s %s", earlier->text, value);
    else
        tree_set_text(request->arena, request->form, name, arena_strdup(request->arena, value));
    buffer_clear(&request->last_value);
}

static enum MHD_Result take_field(void *context, enum MHD_ValueKind kind, const char *name, const char *filename,
                                  const char *type, const char *encoding, const char *data, uint64_t offset,
                                  size_t size)
{
    struct request *request = context;
    (void)kind;
    (void)type;
    (void)encoding;
    if (filename) {
        close_field(request);
        if (!request->upload_name)
            request->upload_name = arena_strdup(request->arena, text_is_clean(filename, strlen(filename)) ? filename : "file");
        buffer_add(&request->upload, data, size);
        return MHD_YES;
    }
    if (!name)
        return MHD_YES;
    if (!offset || !text_is(request->last_name, name)) {
        close_field(request);
        if (++request->field_count > FORM_FIELDS_MAX || strlen(name) > 200 || !text_is_clean(name, strlen(name))) {
            request->too_large = true;
            return MHD_NO;
        }
        request->last_name = arena_strdup(request->arena, name);
    }
    buffer_add(&request->last_value, data, size);
    return MHD_YES;
}

int input_begin(struct request *request)
{
    request->query = tree_map(request->arena);
    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, add_query, request);
    if (strcmp(request->method, "POST") != 0)
        return 0;
    const char *type = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Content-Type");
    request->form = tree_map(request->arena);
    if (type && (text_starts(type, "application/x-www-form-urlencoded") || text_starts(type, "multipart/form-data")))
        request->post = MHD_create_post_processor(request->connection, 65536, take_field, request);
    return 0;
}

bool input_take(struct request *request, const char *bytes, size_t length)
{
    request->body_bytes += length;
    bool file = request->upload_name || (!request->post && !request->too_large);
    if (request->body_bytes > (size_t)(file ? BODY_BYTES_MAX : FORM_BYTES_MAX))
        request->too_large = true;
    if (request->too_large)
        return false; /* the rest is read and dropped, so that the answer can be heard */
    if (request->post)
        return MHD_post_process(request->post, bytes, length) == MHD_YES;
    buffer_add(&request->body, bytes, length);
    return true;
}

void input_end(struct request *request)
{
    if (request->post) {
        MHD_destroy_post_processor(request->post);
        request->post = NULL;
    }
    if (request->form)
        close_field(request);
}

static struct tree *child(struct arena *arena, struct tree *map, const char *name, enum tree_kind kind)
{
    struct tree *found = (struct tree *)tree_get(map, name);
    if (found)
        return found->kind == kind ? found : NULL;
    return kind == TREE_LIST ? tree_set_list(arena, map, name) : tree_set_map(arena, map, name);
}

/* Row `index` of a list; rows may come with gaps (one was removed), order is kept. */
static struct tree *list_row(struct arena *arena, struct tree *list, const char *index)
{
    for (struct tree *item = list->first; item; item = item->next)
        if (text_is(item->name, index))
            return item;
    struct tree *row = tree_add_map(arena, list);
    row->name = arena_strdup(arena, index);
    return row;
}

struct tree *input_nest(struct arena *arena, const struct tree *flat)
{
    struct tree *root = tree_map(arena);
    for (const struct tree *member = flat ? flat->first : NULL; member; member = member->next) {
        char *name = arena_strdup(arena, member->name), *rest = name;
        struct tree *map = root;
        for (char *dot = strchr(rest, '.'); dot && map; dot = strchr(rest, '.')) {
            *dot = 0;
            char *index = dot + 1, *next = strchr(index, '.');
            if (!isdigit((unsigned char)*index) || !next)
                break;
            *next = 0;
            struct tree *list = child(arena, map, rest, TREE_LIST);
            map = list ? list_row(arena, list, index) : NULL;
            rest = next + 1;
        }
        if (map && *rest)
            tree_set_text(arena, map, rest, member->text);
    }
    return root;
}

const char *request_param(const struct request *request, const char *name)
{
    const char *text = request->form ? tree_text(request->form, name) : NULL;
    return text ? text : tree_text(request->query, name);
}
