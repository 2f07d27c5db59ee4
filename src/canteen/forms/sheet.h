/* The sheet of an order form: what all persons of a kind share is drawn once, and laid under what is each one's own. Private to
 * this room. */
#ifndef MAILLON_CANTEEN_FORMS_SHEET_H
#define MAILLON_CANTEEN_FORMS_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "print/pen.h"

enum { SHEET_PAGES_MAX = 40 };

struct sheet_product { /* texts as they are printed, never NULL */
    const char *family;  /* code */
    const char *code, *name, *notes, *price;
};

struct sheet_text {
    const char *language;
    const char *title;    /* Order form */
    const char *place;    /* name of the establishment */
    const char *cycle;    /* "2026-48-grocery" */
    const char *closing;  /* "To hand in by 5 Jan 2026" */
    const char *delivery; /* "Delivery on 8 Jan 2026" */
    const char *limits;   /* "" for none */
    const char *balance;  /* label of the balance, "" when it is not printed */
    const char *allergens; /* the numbers, explained */
};

struct sheet { /* masters of the pages of one kind of form */
    int pages[SHEET_PAGES_MAX];
    int page_count;
    bool pictures;
};

/* Draws the masters. Products in the order in which they are printed, families together. False: more than SHEET_PAGES_MAX. */
bool sheet_record(struct sheet *sheet, struct pen *pen, const struct sheet_text *text, const struct sheet_product *products,
                  size_t count, bool pictures);

struct sheet_person {
    const char *reference, *place, *name, *balance, *code; /* code: text of the QR */
    bool strip;  /* the name stands on a strip that is torn off */
};
/* All pages of one person, and an empty one when `even` and their number is odd. */
void sheet_draw(const struct sheet *sheet, struct pen *pen, const struct sheet_text *text, const struct sheet_person *person, bool even);

#endif
