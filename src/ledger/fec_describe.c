/* The description that the law wants beside a FEC: what the columns hold, how the file is written, its journals. In
 * French, for the French administration. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/number.h"
#include "ledger/fec.h"
#include "ledger/ledger.h"

static const char *const meanings[FEC_COLUMNS] = {
    "code du journal",
    "nom du journal",
    "numéro de l'écriture, suite sans trou dans l'exercice, dans l'ordre de validation",
    "date de comptabilisation",
    "numéro du compte général",
    "nom du compte général",
    "numéro du compte auxiliaire (SIRET ou référence du tiers), vide s'il n'y en a pas",
    "nom du compte auxiliaire",
    "référence de la pièce ; sans pièce extérieure, le journal et le numéro de l'écriture",
    "date de la pièce",
    "libellé de la ligne",
    "montant au débit, en euros",
    "montant au crédit, en euros",
    "lettrage : lettres d'un même compte qui se soldent, vide si la ligne n'est pas lettrée",
    "date du lettrage",
    "date de validation : à partir d'elle l'écriture ne peut plus être modifiée ni supprimée",
    "montant en devise : vide, les livres sont tenus en euros",
    "devise : vide, les livres sont tenus en euros",
};

static void put_journals(struct db *db, const struct ledger_year *year, struct buffer *out, struct error *error)
{
    struct rows *rows;
    buffer_text(out, "\nJournaux\n");
    if (db_query(db,
                 "SELECT j.code, j.name FROM ledger_journal j WHERE EXISTS (SELECT 1 FROM ledger_entry e WHERE "
                 "e.year_id = :year AND e.journal = j.code AND e.number IS NOT NULL) ORDER BY j.code",
                 BIND(INT("year", year->id)), &rows, error))
        return;
    while (rows_next(rows))
        buffer_printf(out, "  %-8s %s\n", rows_text(rows, 0), rows_text(rows, 1));
    rows_close(rows);
}

/* Number 1 is kept for the opening, which comes when the year before closes. */
static int put_opening(struct db *db, const struct ledger_year *year, struct buffer *out, struct error *error)
{
    int64_t first;
    int result = db_int(db, "SELECT min(number) FROM ledger_entry WHERE year_id = :year", BIND(INT("year", year->id)), 1,
                        &first, error);
    if (!result && first > 1)
        buffer_text(out, "  Le n° 1 est réservé à la reprise des soldes : l'exercice précédent n'est pas encore clos.\n");
    else if (!result)
        buffer_text(out, "  La reprise des soldes de l'exercice précédent, s'il y en a un, porte le n° 1.\n");
    return result;
}

static int read_counts(struct db *db, const struct ledger_year *year, struct fec_file *file, struct error *error)
{
    struct rows *rows;
    int result = db_query(db,
                          "SELECT count(*), CAST(COALESCE(SUM(line_count), 0) AS INTEGER), "
                          "CAST(COALESCE(SUM(amount_cents), 0) AS INTEGER) FROM ledger_entry "
                          "WHERE year_id = :year AND number IS NOT NULL",
                          BIND(INT("year", year->id)), &rows, error);
    if (result)
        return result;
    if (rows_next(rows)) {
        file->entries = rows_int(rows, 0);
        file->lines = rows_int(rows, 1);
        file->debit_cents = rows_int(rows, 2);
    }
    return rows_close(rows);
}

static int describe(struct db *db, struct arena *arena, const char *code, struct fec_file *file, struct buffer *out,
                    struct error *error)
{
    struct ledger_entity entity;
    struct ledger_year year;
    int result = ledger_entity(db, arena, &entity, error);
    if (!result)
        result = ledger_year_find(db, code, &year, error);
    if (!result)
        result = read_counts(db, &year, file, error);
    if (result)
        return result;
    fec_name(file, entity.siren, &year);
    buffer_printf(out, "Description du fichier des écritures comptables\n(article A47 A-1 du Livre des procédures fiscales)\n\n");
    if (entity.example)
        buffer_text(out, "EXEMPLE : entreprise et écritures inventées.\n\n");
    buffer_printf(out, "Entreprise         %s\nSIREN              %s\nExercice           du %s au %s\n", entity.name,
                  entity.siren, year.starts_on, year.ends_on);
    buffer_printf(out, "État               %s\n",
                  year.closed ? "clos : aucune écriture ne peut plus s'ajouter" : "non clos : fichier provisoire");
    buffer_printf(out, "Fichier            %s\nÉcritures, lignes  %" PRId64 ", %" PRId64 "\n", file->name, file->entries,
                  file->lines);
    buffer_printf(out, "Total des débits   %s €, égal au total des crédits\n",
                  number_screen(arena, file->debit_cents, DECIMALS_MONEY, false, "fr"));
    buffer_text(out, "\nForme\n  Fichier à plat, ISO 8859-15, une ligne par ligne d'écriture, fin de ligne CR LF.\n"
                     "  Champs séparés par une tabulation ; la première ligne les nomme.\n"
                     "  Dates AAAAMMJJ. Montants en euros, virgule décimale, sans séparateur de milliers.\n"
                     "  Les caractères absents d'ISO 8859-15 sont remplacés par les plus proches.\n"
                     "  Ordre de validation. Pas de centralisation ni d'écriture de solde des comptes 6 et 7.\n");
    result = put_opening(db, &year, out, error);
    buffer_text(out, "\nChamps\n");
    for (int i = 0; i < FEC_COLUMNS; i++)
        buffer_printf(out, "  %2d. %-14s %s\n", i + 1, fec_names[i], meanings[i]);
    put_journals(db, &year, out, error);
    buffer_text(out, "\nTenue par Maillon " MAILLON_VERSION ", logiciel libre.\n");
    return result;
}

/* Lines stay lines: the text is converted one by one. */
static int write_latin(const struct buffer *text, FILE *out, struct error *error)
{
    _cleanup_buffer_ struct buffer latin = {0};
    _cleanup_arena_ struct arena *arena = arena_new();
    for (const char *p = buffer_string(text); *p;) {
        size_t length = strcspn(p, "\n");
        fec_put_text(&latin, arena_copy(arena, p, length));
        buffer_text(&latin, "\r\n");
        p += length + (p[length] == '\n');
    }
    if (fwrite(latin.bytes, 1, latin.length, out) != latin.length || fflush(out))
        return error_set(error, ERR_INTERNAL, "file", N_("The file cannot be written: is the disk full?"), NULL);
    return 0;
}

int fec_describe(struct store *store, const char *year, FILE *out, struct fec_file *ret_file, struct error *error)
{
    _cleanup_arena_ struct arena *arena = arena_new();
    _cleanup_buffer_ struct buffer text = {0};
    struct db *db;
    *ret_file = (struct fec_file){0};
    int result = store_reader(store, &db, error);
    if (result)
        return result;
    result = db_begin_read(db, error);
    if (!result) {
        result = describe(db, arena, year, ret_file, &text, error);
        db_end_read(db);
    }
    store_release(store, db);
    return result ? result : write_latin(&text, out, error);
}
