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
    tree_set_text(request->arena, request->form, name, arena_strdup(request->arena, value));
    buffer_clear(&request->last_value);
}

static bool is_public(const struct request *request)
{
    return !request->session || request->session == &session_public; /* only a POST has a body that anybody asked for */
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
        size_t most = is_public(request) ? PUBLIC_FIELDS_MAX : FORM_FIELDS_MAX;
        if (++request->field_count > most || strlen(name) > 200 || !text_is_clean(name, strlen(name))) {
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
    mhd.MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, add_query, request);
    if (strcmp(request->method, "POST") != 0)
        return 0;
    const char *type = mhd.MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Content-Type");
    request->form = tree_map(request->arena);
    session_find(request); /* before the body: who has not logged in may send little */
    if (type && (text_starts(type, "application/x-www-form-urlencoded") || text_starts(type, "multipart/form-data")))
        request->post = mhd.MHD_create_post_processor(request->connection, 65536, take_field, request);
    return 0;
}

bool input_take(struct request *request, const char *bytes, size_t length)
{
    request->body_bytes += length;
    bool file = request->upload_name || (!request->post && !request->too_large);
    if (request->body_bytes > (size_t)(is_public(request) ? PUBLIC_BYTES_MAX : file ? BODY_BYTES_MAX : FORM_BYTES_MAX))
        request->too_large = true;
    if (!request->too_large && !request->too_many) {
        request->held_bytes += length;
        request->too_many = atomic_fetch_add(&request->web->held_bytes, length) + length > HELD_BYTES_MAX;
    }
    if (request->too_large || request->too_many)
        return false; /* the rest is read and dropped, so that the answer can be heard */
    if (request->post)
        return mhd.MHD_post_process(request->post, bytes, length) == MHD_YES;
    buffer_add(&request->body, bytes, length);
    return true;
}

struct place {
    struct tree *field;
    size_t at;
};

static int by_name_then_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = strcmp(x->field->name, y->field->name);
    return order ? order : x->at < y->at ? -1 : 1;
}

static void join(struct arena *arena, struct place *places, size_t count)
{
    _cleanup_buffer_ struct buffer text = {0};
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_char(&text, ' ');
        buffer_text(&text, places[i].field->text);
        if (i)
            places[i].field->name = NULL;
    }
    places[0].field->text = arena_copy(arena, buffer_string(&text), text.length);
}

/* Check boxes of one name: their values together, separated by spaces, where the first stood. Found by sorting: twenty
 * thousand fields must not cost the square of it. */
static void join_repeated(struct arena *arena, struct tree *form)
{
    struct place *places = ARENA_ARRAY(arena, struct place, form->count + 1);
    struct tree *field = form->first, *next;
    size_t count = 0;
    for (; field; field = field->next, count++)
        places[count] = (struct place){field, count};
    qsort(places, count, sizeof places[0], by_name_then_place);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && text_is(places[end].field->name, places[i].field->name);)
            end++;
        if (end > i + 1)
            join(arena, places + i, end - i);
    }
    field = form->first;
    form->first = form->last = NULL;
    form->count = 0;
    for (; field; field = next) {
        next = field->next;
        field->next = NULL;
        if (field->name)
            tree_add(form, field);
    }
}

void input_end(struct request *request)
{
    if (request->post) {
        mhd.MHD_destroy_post_processor(request->post);
        request->post = NULL;
    }
    if (request->form) {
        close_field(request);
        join_repeated(request->arena, request->form);
    }
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
    if (list->last && text_is(list->last->name, index)) /* as forms send them: in order */
        return list->last;
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

bool is_local_path(const char *path)
{
    if (!path || path[0] != '/' || path[1] == '/' || path[1] == '\\')
        return false;
    for (; *path; path++)
        if ((unsigned char)*path < ' ' || *path == 0x7F)
            return false;
    return true;
}

const char *request_param(const struct request *request, const char *name)
{
    const char *text = request->form ? tree_text(request->form, name) : NULL;
    return text ? text : tree_text(request->query, name);
}
