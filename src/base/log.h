/* The log: one line on standard error. Only the top (cli, web) and threads that answer to nobody call it.
 * Lines hold no personal data and no SQL values. */
#ifndef MAILLON_LOG_H
#define MAILLON_LOG_H

void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
