#include "books.h"

#include <stdio.h>
#include <string.h>

#include "documents/documents.h"
#include "law/law.h"
#include "surplus/surplus.h"
#include "users/users.h"

const struct subject *const coop_subjects[] = {&law_subject, &documents_subject, &users_subject, &ledger_subject, &surplus_subject, NULL};

static void must(struct coop *coop, int code, const char *what)
{
    char text[1024];
    if (!code)
        return;
    error_format(&coop->house.error, coop->house.error.message, text, sizeof text);
    fail_msg("%s: %d %s: %s", what, code, coop->house.error.field, text);
}

void coop_sessions(struct coop *coop)
{
    coop->accountant = session_with(ROLE_ACCOUNTANT, 0, 0, NULL);
    coop->coordinator = session_with(ROLE_COORDINATOR, 0, 0, NULL);
    coop->member = session_with(ROLE_MEMBER, 1, 0, NULL);
    coop->auditor = session_with(ROLE_AUDITOR, 0, 0, NULL);
}

void coop_open(struct coop *coop, const char *kind)
{
    house_open(&coop->house, coop_subjects);
    coop_sessions(coop);
    coop_does(coop, &coop->accountant, "ledger entity",
              arena_printf(coop->house.arena, "{'siren':'732829320','name':'Essai','kind':'%s','example':true}", kind));
}

void coop_close(struct coop *coop)
{
    house_close(&coop->house);
}

static int write_year(struct db *db, void *context, struct error *error)
{
    const char *code = context;
    char from[11], to[11];
    snprintf(from, sizeof from, "%.4s-01-01", code);
    snprintf(to, sizeof to, "%.4s-12-31", code);
    return ledger_year_open(db, code, from, to, NULL, error);
}

void coop_year(struct coop *coop, const char *code)
{
    must(coop, store_write(coop->house.store, write_year, (void *)code, false, &coop->house.error), "year");
}

struct posting {
    const char *on, *debit, *credit;
    int64_t amount;
    const char *key;
};

static int write_entry(struct db *db, void *context, struct error *error)
{
    const struct posting *posting = context;
    struct ledger_line lines[2] = {{.amount_cents = posting->amount}, {.amount_cents = -posting->amount}};
    struct ledger_entry entry = {.journal = "OD", .entry_on = posting->on, .label = "Essai", .key = posting->key, .lines = lines,
                                 .line_count = 2};
    int code = ledger_account_open(db, &(struct ledger_account_asked){.number = posting->debit}, &lines[0].account, error);
    if (!code)
        code = ledger_account_open(db, &(struct ledger_account_asked){.number = posting->credit}, &lines[1].account, error);
    return code ? code : ledger_post(db, &entry, 1, 1700000000000, NULL, error);
}

void coop_post(struct coop *coop, const char *on, const char *debit, const char *credit, int64_t amount)
{
    const char *key = arena_printf(coop->house.arena, "test:%s:%s:%s:%lld", on, debit, credit, (long long)amount);
    struct posting posting = {on, debit, credit, amount, key};
    must(coop, store_write(coop->house.store, write_entry, &posting, false, &coop->house.error), "post");
}

int64_t coop_balance(struct coop *coop, const char *number)
{
    return house_int(&coop->house, arena_printf(coop->house.arena,
                                                "SELECT COALESCE(SUM(debit_cents - credit_cents), 0) FROM ledger_account "
                                                "WHERE book = 'general' AND number = '%s'",
                                                number));
}

void coop_does(struct coop *coop, const struct session *session, const char *action, const char *json)
{
    must(coop, house_run(&coop->house, session, action, json, NULL), action);
}

void coop_refused(struct coop *coop, const struct session *session, const char *action, const char *json, const char *field,
                  const char *part)
{
    char text[1024] = "";
    if (!house_run(&coop->house, session, action, json, NULL))
        fail_msg("%s %s was not refused", action, json);
    error_format(&coop->house.error, coop->house.error.message, text, sizeof text);
    if (strcmp(coop->house.error.field, field) != 0 || !strstr(text, part))
        fail_msg("%s %s: refused on '%s': %s", action, json, coop->house.error.field, text);
}

void coop_must_verify(struct coop *coop)
{
    struct db *db;
    struct ledger_proof proof;
    must(coop, store_reader(coop->house.store, &db, &coop->house.error), "reader");
    must(coop, db_begin_read(db, &coop->house.error), "read");
    int code = ledger_verify(db, &proof, &coop->house.error);
    db_end_read(db);
    store_release(coop->house.store, db);
    must(coop, code, "ledger verify");
    must(coop, journal_verify(coop->house.app, &(int64_t){0}, NULL, &coop->house.error), "journal verify");
}
