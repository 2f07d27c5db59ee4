/* The parts of report.c: each reads its own matter into the report. Private to this room. */
#ifndef MAILLON_OPENBOOKS_REPORT_PARTS_H
#define MAILLON_OPENBOOKS_REPORT_PARTS_H

#include "openbooks/report.h"

int64_t report_rounded(int64_t cents); /* to euros */
void report_copy_date(char target[DATE_BYTES], const char *date);
void report_day_after(const char *date, int days, char ret_date[DATE_BYTES]);

/* Once the allocation is booked: from its day to the next one's. */
int report_funds_read(struct db *db, struct arena *arena, struct report *report, struct error *error);
void report_round_fund(struct arena *arena, const struct report *report, struct report_fund *fund);
int report_people_read(struct db *db, struct arena *arena, struct report *report, struct error *error);

#endif
