/* Statements on the PostgreSQL server of the tests, past the store. */
#ifndef MAILLON_TESTS_SERVER_H
#define MAILLON_TESTS_SERVER_H

#include <stddef.h>

/* Ends the test when a statement fails. "DROP TRIGGER table_no_update" gets the table that PostgreSQL wants to hear. */
void server_execute(const char *url, const char *sql);
/* SQLSTATE of what it answers: "00000" when it was done. */
void server_try(const char *url, const char *sql, char ret_state[6]);
/* First value of the first row; "" when there is none. */
void server_text(const char *url, const char *sql, char *ret_text, size_t size);

#endif
