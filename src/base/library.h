/* Shared libraries that most commands do without (PostgreSQL, paper, XML) are loaded when first needed: linking them would
 * cost every start more than the rest of it.
 *
 *   #define XML_FUNCTIONS(X) X(xmlInitParser) X(xmlStopParser)
 *   LIBRARY(xml, XML_FUNCTIONS);                      in a header: struct xml with a member for each function
 *   LIBRARY_DEFINE(xml, XML_FUNCTIONS, "libxml2.so.2", "libxml2")      in one .c file
 *   … library_load(&xml_library, error) …, then xml.xmlInitParser() */
#ifndef MAILLON_LIBRARY_H
#define MAILLON_LIBRARY_H

#include <stdatomic.h>
#include <stdbool.h>

struct error;

struct library {
    const char *file, *package;
    const char *const *names; /* NULL ends */
    void **functions;
    atomic_bool loaded;
};

#define LIBRARY_MEMBER(function) __typeof__(function) *function;
#define LIBRARY_NAME(function) #function,
#define LIBRARY(handle, functions)                                                                                \
    struct handle##_functions {                                                                                   \
        functions(LIBRARY_MEMBER)                                                                                \
    };                                                                                                           \
    extern struct handle##_functions handle;                                                                       \
    extern struct library handle##_library
#define LIBRARY_DEFINE(handle, functions, file, package)                                                          \
    static const char *const handle##_names[] = {functions(LIBRARY_NAME) NULL};                                   \
    struct handle##_functions handle;                                                                              \
    struct library handle##_library = {file, package, handle##_names, (void **)&handle, false};

/* Any thread may call it, any number of times. What it loads stays for the life of the program. */
int library_load(struct library *library, struct error *error);

#endif
