#!/usr/bin/env python3
"""Make data/demo/year/2023.txt: the year of an invented cooperative, as a FEC another program would have written.

Everything is invented and marked EXEMPLE. Amounts vary by a fixed rule, not by chance: the same file each time.

usage: demo_year.py > data/demo/year/2023.txt
"""
import calendar

JOURNALS = {"AN": "À nouveaux", "VE": "Ventes", "CN": "Cantine", "AC": "Achats", "PA": "Paie et rémunérations", "BQ": "Banque",
            "OD": "Opérations diverses", "IN": "Inventaire"}
NAMES = {
    "1013": "Capital souscrit, appelé, versé", "1061": "Réserve légale", "10631": "Réserve statutaire impartageable",
    "119": "Report à nouveau (solde débiteur)", "164": "Emprunts", "2182": "Matériel de transport", "2183": "Matériel informatique",
    "28182": "Amortissements du matériel de transport", "28183": "Amortissements du matériel informatique",
    "3701": "Stocks de cantine", "401": "Fournisseurs", "41111": "Administration pénitentiaire – marchés",
    "41112": "Administration pénitentiaire – régie", "421": "Personnel", "431": "Sécurité sociale", "445662": "TVA déductible 20 %",
    "445664": "TVA déductible 5,5 %", "445714": "TVA collectée 20 %", "445715": "TVA collectée 10 %", "445716": "TVA collectée 5,5 %",
    "44551": "TVA à décaisser", "441": "Subventions à recevoir", "5121": "Banque", "6037": "Variation des stocks de marchandises",
    "6063": "Petit équipement", "6071": "Achats de cantine", "6072": "Achats de denrées", "6111": "Sous-traitance – membres",
    "613": "Locations", "616": "Assurances", "6215": "Personnes détenues – rémunération refacturée",
    "6216": "Personnes détenues – cotisations refacturées", "6226": "Honoraires", "6241": "Transports sur achats",
    "626": "Téléphone", "627": "Services bancaires", "635": "Autres impôts et taxes", "6411": "Salaires", "6451": "Cotisations Urssaf",
    "6611": "Intérêts des emprunts", "68112": "Dotations aux amortissements", "70611": "Restauration", "70612": "Entretien et maintenance",
    "70613": "Formation, enseignement et culture", "70614": "Accompagnement et réinsertion", "7071": "Ventes de cantine",
    "7411": "Subventions – État", "7412": "Subventions – collectivités", "768": "Autres produits financiers",
}
THIRDS = {
    "00012001400014": "EXEMPLE — Les Paniers du Vexin (SCIC)", "00012015400018": "EXEMPLE — La Navette Rouennaise (SCOP)",
    "00012043600019": "EXEMPLE — Numérique Commun (SCIC)", "00012057600012": "EXEMPLE — Cantine Ouverte (SCIC)",
    "GROSSISTE": "EXEMPLE — Grossiste", "MARAICHERS": "EXEMPLE — Maraîchers", "BAILLEUR": "EXEMPLE — Bailleur",
    "DIVERS": "EXEMPLE — Fournisseurs divers", "ROUEN": "EXEMPLE — Établissement de Rouen", "EVREUX": "EXEMPLE — Établissement d’Évreux",
}
PLACES = {"ROUEN": 1000, "EVREUX": 420}  # size, per mille of the first
CANTEEN_OWN = ("ROUEN", 11)  # the month that data/demo/canteen runs through the program itself: its sales and goods are not here
entries, balance = [], {}


def day(month, number):
    return "2023%02d%02d" % (month, min(number, calendar.monthrange(2023, month)[1]))


def vary(base, step):
    """base moved by up to 12 %, by a rule."""
    return base * (1000 + (step * 37 % 241) - 120) // 1000


def book(journal, on, piece, label, *lines):
    """lines: (account, cents) or (account, third, cents); the sum is zero."""
    lines = [(line[0], "", line[1]) if len(line) == 2 else line for line in lines]
    lines = [line for line in lines if line[2]]
    assert sum(line[2] for line in lines) == 0, (label, lines)
    for account, third, cents in lines:
        key = (account, third)
        balance[key] = balance.get(key, 0) + cents
    entries.append((on, len(entries), journal, piece, label, lines))


def with_tax(cents, per_mille):
    return (cents * per_mille + 500) // 1000


def open_balances():
    lines = [("1013", -6200000), ("1061", -2140000), ("10631", -3030000), ("119", 380000), ("164", -3800000), ("2182", 8400000),
             ("28182", -3360000), ("2183", 1200000), ("28183", -600000), ("3701", 1850000), ("41111", "ROUEN", 6240000),
             ("41111", "EVREUX", 2480000), ("41112", "ROUEN", 780000), ("41112", "EVREUX", 340000), ("401", "GROSSISTE", -1860000),
             ("401", "00012057600012", -1240000), ("401", "DIVERS", -310000), ("431", -910000), ("44551", -740000)]
    rest = -sum(line[-1] for line in lines)
    book("AN", "20230101", "AN-2023", "À nouveaux 2023", *lines, ("5121", rest))


def services(month):
    for place, size in PLACES.items():
        for code, account, base, tax, what in (("R", "70611", 2960000, ("445715", 100), "Restauration"),
                                               ("E", "70612", 1340000, ("445714", 200), "Entretien et maintenance"),
                                               ("F", "70613", 460000, None, "Formation"),
                                               ("A", "70614", 210000, None, "Accompagnement")):
            net = vary(base * size // 1000, month * 3 + len(place) + ord(code))
            vat = with_tax(net, tax[1]) if tax else 0
            book("VE", day(month, 28), "F%02d-%s-%s" % (month, place, code), "%s, %s, %02d/2023" % (what, place.title(), month),
                 ("41111", place, net + vat), (account, -net), (tax[0] if tax else "445714", -vat))


def canteen(week):
    month, number = (week * 7 + 5) // 31 + 1, (week * 7 + 5) % 31 + 1
    if month > 12:
        month, number = 12, 30
    for place, size in PLACES.items():
        if (place, month) == CANTEEN_OWN:
            continue
        low, high = vary(430000 * size // 1000, week + len(place)), vary(118000 * size // 1000, week * 5)
        low_tax, high_tax = with_tax(low, 55), with_tax(high, 200)
        book("CN", day(month, number), "C%02d-%s" % (week, place), "Cantine, semaine %d, %s" % (week, place.title()),
             ("41112", place, low + low_tax + high + high_tax), ("7071", -low - high), ("445716", -low_tax), ("445714", -high_tax))


def purchase(month, number, piece, label, third, account, net, tax_account, per_mille):
    vat = with_tax(net, per_mille)
    book("AC", day(month, number), piece, label, (account, net), (tax_account, vat), ("401", third, -net - vat))


def purchases(month):
    for half in (1, 2):
        purchase(month, 3 + 12 * half, "G%02d-%d" % (month, half), "Marchandises de cantine", "GROSSISTE", "6071",
                 vary(1335000, month * 2 + half) * (1000 if month != CANTEEN_OWN[1] else 296) // 1000, "445664", 55)
    purchase(month, 9, "M%02d" % month, "Légumes et denrées", "MARAICHERS", "6072", vary(985000, month), "445664", 55)
    for index, (third, base, what) in enumerate((("00012057600012", 980000, "Préparation des commandes"),
                                                 ("00012015400018", 545000, "Livraisons"),
                                                 ("00012001400014", 410000, "Cuisine et formation en cuisine"),
                                                 ("00012043600019", 168000, "Ateliers numériques"))):
        purchase(month, 26, "S%02d-%d" % (month, index + 1), "%s, %02d/2023" % (what, month), third, "6111", vary(base, month + index * 7),
                 "445662", 200)
    purchase(month, 2, "L%02d" % month, "Loyer de l’entrepôt", "BAILLEUR", "613", 215000, "445662", 200)
    purchase(month, 12, "T%02d" % month, "Transports", "DIVERS", "6241", vary(164000, month * 4), "445662", 200)
    purchase(month, 18, "P%02d" % month, "Petit équipement", "DIVERS", "6063", vary(121000, month * 9), "445662", 200)
    purchase(month, 20, "X%02d" % month, "Téléphone", "DIVERS", "626", 21480, "445662", 200)
    if month % 3 == 0:
        purchase(month, 15, "A%02d" % month, "Assurances", "DIVERS", "616", 248000, "445662", 0)
        purchase(month, 22, "H%02d" % month, "Honoraires", "DIVERS", "6226", 340000, "445662", 200)


def pay(month):
    gross = 1480000 + 3000 * month
    social = gross * 31 // 100
    withheld = gross * 22 // 100
    book("PA", day(month, 30), "PA%02d" % month, "Salaires %02d/2023" % month, ("6411", gross), ("421", withheld - gross), ("431", -withheld))
    book("PA", day(month, 30), "PS%02d" % month, "Cotisations %02d/2023" % month, ("6451", social), ("431", -social))
    for place, size in PLACES.items():
        wages = vary(905000 * size // 1000, month * 2 + len(place))
        shares = wages * 17 // 100
        book("PA", day(month, 30), "PD%02d-%s" % (month, place), "Travail des personnes détenues, %s, %02d/2023" % (place.title(), month),
             ("6215", wages), ("6216", shares), ("401", place, -wages - shares))


def settle(month):
    """What is owed at the start of the month is paid in it; VAT of the month before goes to the State."""
    for account, third in sorted(balance):
        due = balance[account, third]
        if not due:
            continue
        who = (account, third) if third else (account,)
        if account in ("41111", "41112") and due > 0:
            book("BQ", day(month, 11), "R%02d-%s-%s" % (month, account[-1], third), "Règlement reçu, %s" % third.title(),
                 ("5121", due), (*who, -due))
        elif account in ("401", "421", "431", "44551") and due < 0:
            book("BQ", day(month, 14), "V%02d-%s" % (month, third or account), "Règlement, %s" % (THIRDS.get(third) or NAMES[account]),
                 (*who, -due), ("5121", due))
    taxes = [(account, -balance[account, ""]) for account in ("445662", "445664", "445714", "445715", "445716")
             if balance.get((account, ""))]
    if taxes:
        book("OD", day(month, 20), "TVA%02d" % month, "Déclaration de TVA", *taxes, ("44551", -sum(line[1] for line in taxes)))
    book("BQ", day(month, 28), "FB%02d" % month, "Frais bancaires", ("627", 2890), ("5121", -2890))


def once():
    book("BQ", "20230131", "P1", "Souscription de parts sociales", ("5121", 240000), ("1013", -240000))
    book("OD", "20230310", "SUB1", "Subvention, aide au poste", ("441", 900000), ("7411", -900000))
    book("BQ", "20230412", "SUB1R", "Subvention reçue", ("5121", 900000), ("441", -900000))
    book("OD", "20230605", "SUB2", "Subvention de la Région", ("441", 500000), ("7412", -500000))
    book("BQ", "20230911", "SUB2R", "Subvention reçue", ("5121", 500000), ("441", -500000))
    book("BQ", "20230619", "P2", "Souscription de parts sociales", ("5121", 160000), ("1013", -160000))
    book("BQ", "20231215", "CFE", "Cotisation foncière des entreprises", ("635", 418000), ("5121", -418000))
    book("BQ", "20231229", "INT", "Intérêts du livret", ("5121", 41220), ("768", -41220))
    for quarter in (3, 6, 9, 12):
        book("BQ", day(quarter, 27), "E%02d" % quarter, "Échéance d’emprunt", ("164", 290000), ("6611", 41500 - quarter * 900),
             ("5121", -331500 + quarter * 900))


def inventory():
    book("IN", "20231231", "AMORT", "Amortissements de l’année", ("68112", 2080000), ("28182", -1680000), ("28183", -400000))
    book("IN", "20231231", "STOCK", "Variation du stock de cantine", ("3701", 134000), ("6037", -134000))


def write():
    columns = ("JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate "
               "EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise").split()
    print("|".join(columns))
    money = lambda cents: "%d,%02d" % (cents // 100, cents % 100)
    for number, (on, _, journal, piece, label, lines) in enumerate(sorted(entries), 1):
        for account, third, cents in lines:
            print("|".join((journal, JOURNALS[journal], str(number), on, account, NAMES[account], third, THIRDS.get(third, ""), piece, on, label,
                            money(max(cents, 0)), money(max(-cents, 0)), "", "", on, "", "")))


open_balances()
week = 1
for month in range(1, 13):
    settle(month)
    services(month)
    while week <= 52 and min((week * 7 + 5) // 31 + 1, 12) == month:
        canteen(week)
        week += 1
    purchases(month)
    pay(month)
once()
inventory()
write()

if __name__ == "__main__":
    import sys
    result = -sum(cents for (account, _), cents in balance.items() if account[0] in "67")
    print("%d entries, result %.2f, bank %.2f" % (len(entries), result / 100, balance["5121", ""] / 100), file=sys.stderr)
    for prefix in ("70", "7071", "74", "607", "6111", "6215", "64", "63", "61", "62"):
        print(prefix, sum(c for (a, _), c in balance.items() if a.startswith(prefix)) / 100, file=sys.stderr)
