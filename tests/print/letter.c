#include "letter.h"

#include <stddef.h>

#include "print/print.h"

static void add_buyer(struct document *d)
{
    document_heading(d, 1, "A. Acheteur et objet de la consultation");
    document_fact(d, "Acheteur",
                  "EXEMPLE – Direction interrégionale des services pénitentiaires de Valmorel");
    document_fact(d, "Adresse", "1, place du Modèle\n00100 Valmorel");
    document_fact(d, "Objet",
                  "Logistique de la cantine des établissements pénitentiaires de Valmorel, Bréhault et "
                  "Saint-Aubin-le-Sec : approvisionnement, préparation et distribution des commandes");
    document_fact(d, "Procédure", "Appel d'offres ouvert, marché réservé pour le lot 3");
    document_fact(d, "Durée", "24 mois, reconductible deux fois 12 mois");
    document_heading(d, 1, "B. Lots pour lesquels le groupement se présente");
    static const struct document_column columns[] = {{"Lot", ALIGN_LEFT, 0},
                                                     {"Intitulé", ALIGN_LEFT, 5},
                                                     {"Établissement", ALIGN_LEFT, 3},
                                                     {"Montant de l'offre", ALIGN_RIGHT, 0}};
    document_table(d, columns, 4);
    document_row(d, (const char *[]){"1", "Cantine : approvisionnement et préparation",
                                     "Centre pénitentiaire de Valmorel", "612 480,00 €"});
    document_row(d, (const char *[]){"2", "Cantine : approvisionnement et préparation",
                                     "Maison d'arrêt de Bréhault", "238 915,50 €"});
    document_row(d, (const char *[]){"3", "Distribution en détention et reprise des consignes (lot réservé)",
                                     "Centre de détention de Saint-Aubin-le-Sec", "97 204,30 €"});
    document_total(d, (const char *[]){"", "Ensemble des trois lots, hors taxes", "", "948 599,80 €"});
}

static void add_form(struct document *d)
{
    document_heading(d, 1, "C. Forme du groupement");
    document_paragraph(
        d, "Les organisations désignées ci-dessous se présentent ensemble, en groupement momentané "
           "d'opérateurs économiques, au sens des articles R2142-19 à R2142-27 du code de la commande "
           "publique.");
    document_check(
        d, true,
        "Groupement conjoint : chaque membre s'engage à exécuter les prestations qui lui sont attribuées.");
    document_check(
        d, false,
        "Groupement solidaire : chaque membre est engagé financièrement pour la totalité du marché.");
    document_paragraph(
        d, "Si le groupement est conjoint, le mandataire est solidaire de chacun des membres pour ses "
           "obligations contractuelles à l'égard de l'acheteur :");
    document_check(d, true, "oui");
    document_check(d, false, "non");
}

static void add_member(struct document *d, const char *name, const char *role, const char *siret,
                       const char *address, const char *contact)
{
    document_heading(d, 2, name);
    document_fact(d, "Rôle", role);
    document_fact(d, "SIRET", siret);
    document_fact(d, "Adresse", address);
    document_fact(d, "Représentée par", contact);
}

static void add_members(struct document *d)
{
    document_heading(d, 1, "D. Membres du groupement");
    add_member(d, "EXEMPLE – Les Tables du Levant, SCIC",
               "Mandataire. Approvisionnement, gestion des commandes", "000 000 018 00019",
               "12, quai des Tanneurs, 00100 Valmorel", "Mme Solène Quérec, directrice générale");
    add_member(d, "EXEMPLE – Atelier du Bief, entreprise d'insertion", "Préparation des paniers, entrepôt",
               "000 000 026 00012", "ZA du Bief, 00240 Bréhault", "M. Idriss Maël-Okoye, gérant");
    add_member(d, "EXEMPLE – Association Passerelle dehors-dedans", "Distribution, lien avec les familles",
               "000 000 034 00016", "3, rue du Vieux-Pont, 00310 Saint-Aubin-le-Sec",
               "Mme Anne-Lise Bœuf, présidente");
    document_heading(d, 1, "E. Répartition des prestations");
    static const struct document_column columns[] = {{"Lot", ALIGN_LEFT, 0},
                                                     {"Membre", ALIGN_LEFT, 4},
                                                     {"Prestations", ALIGN_LEFT, 4},
                                                     {"Part en euros", ALIGN_RIGHT, 0},
                                                     {"Part", ALIGN_RIGHT, 0}};
    document_table(d, columns, 5);
    document_row(d, (const char *[]){"1", "Les Tables du Levant", "Approvisionnement, commandes",
                                     "398 112,00 €", "65,00 %"});
    document_row(
        d, (const char *[]){"1", "Atelier du Bief", "Préparation des paniers", "214 368,00 €", "35,00 %"});
    document_row(d, (const char *[]){"2", "Les Tables du Levant", "Approvisionnement, commandes",
                                     "143 349,30 €", "60,00 %"});
    document_row(
        d, (const char *[]){"2", "Atelier du Bief", "Préparation des paniers", "95 566,20 €", "40,00 %"});
    document_row(d, (const char *[]){"3", "Passerelle dehors-dedans", "Distribution, reprise des consignes",
                                     "97 204,30 €", "100,00 %"});
    document_total(d, (const char *[]){"", "Ensemble", "", "948 599,80 €", ""});
    document_note(
        d, "Parts hors taxes, arrondies au centime de sorte que leur somme soit le montant de l'offre. "
           "Taux de TVA à confirmer pour le lot 3.");
}

static void add_closing(struct document *d)
{
    document_heading(d, 1, "F. Engagements");
    document_paragraph(d, "Chaque membre déclare sur l'honneur :");
    document_item(d, "n'entrer dans aucun des cas d'exclusion prévus aux articles L2141-1 à L2141-5 et "
                     "L2141-7 à L2141-10 du code de la commande publique ;");
    document_item(d, "que les renseignements et documents relatifs à ses capacités sont exacts ;");
    document_item(d, "n'être membre d'aucun autre groupement candidat au même marché en qualité de "
                     "mandataire (article R2142-23).");
    document_heading(d, 1, "G. Désignation du mandataire");
    document_paragraph(
        d,
        "Les membres du groupement désignent comme mandataire « EXEMPLE – Les Tables du Levant, SCIC » et "
        "l'habilitent à signer la présente candidature et l'offre en leur nom, à les représenter "
        "auprès de l'acheteur et à coordonner leurs prestations. La composition du groupement ne peut être "
        "modifiée entre la remise des candidatures et la signature du marché (article R2142-26).");
    static const char *const fields[] = {"Nom et qualité du signataire", "Fait à, le", "Signature et cachet",
                                         NULL};
    document_signature(d, "EXEMPLE – Les Tables du Levant, SCIC", "Mandataire", fields);
    document_signature(d, "EXEMPLE – Atelier du Bief", "Cotraitant", fields);
    document_signature(d, "EXEMPLE – Association Passerelle dehors-dedans", "Cotraitant", fields);
    document_qr(d, "https://maillon.example/groupements/EX-2026-014",
                "Vérifier ce document : ce code mène à la page du "
                "groupement.\nmaillon.example/groupements/EX-2026-014");
}

struct document *letter_make(struct arena *arena)
{
    static const struct document_info info = {
        .title = "Lettre de groupement",
        .subtitle = "Habilitation du mandataire par ses cotraitants",
        .reference = "Consultation EX-2026-014",
        .date = "2026-03-02",
        .footer = "EXEMPLE – Les Tables du Levant, SCIC",
        .language = "fr",
    };
    struct document *d = document_new(arena, &info);
    add_buyer(d);
    add_form(d);
    add_members(d);
    add_closing(d);
    return d;
}
