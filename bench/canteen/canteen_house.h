/* A house for benches of order forms: one establishment, its products, its people with a balance, open cycles. Seeded. */
#ifndef MAILLON_BENCH_CANTEEN_HOUSE_H
#define MAILLON_BENCH_CANTEEN_HOUSE_H

#include "kernel/app.h"

struct bench_house {
    struct arena *arena;
    char folder[40];
    struct store *store;
    struct app *app;
    int people;
};

/* Ends the program with a sentence when something fails. */
void bench_must(int code, const struct error *error);
void bench_open(struct bench_house *house, int people, int products, int cycles);
void bench_shut(struct bench_house *house); /* keeps the files */
void bench_reopen(struct bench_house *house);
void bench_close(struct bench_house *house);
double bench_seconds(void);

#endif
