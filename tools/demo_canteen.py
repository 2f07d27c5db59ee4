#!/usr/bin/env python3
"""Make data/demo/canteen: a month of the canteen for 600 invented people, and the commands that run it.

Orders, balances and movements come from a seeded generator; what depends on the program's own answers (supplier orders, what
the accounts office took) is read from a run of it in a temporary folder: the same files each time.

usage: demo_canteen.py BUILD/maillon FOLDER
"""
import collections, csv, datetime, io, json, os, random, subprocess, sys, tempfile

PEOPLE, PRISON, WINGS = 600, "ma-rouen", "ABC"
GOODS = "grocery fresh drinks hygiene correspondence tobacco press household"
NAMES = ("Arbalète Bruyère Cormoran Dorade Églantine Fauvette Genêt Hulotte Ibis Jonquille Kestrel Lavande Mésange Narcisse Olivier "
         "Pervenche Quetsche Romarin Sarcelle Tilleul").split()
GIVEN = "Ange Camille Claude Dominique Eden Charlie Lou Maé Noa Sacha Alix Andréa Morgan Robin Yaël".split()
# code, name, goods, VAT, content, measure, allergens, diets, need, supplier, pack, price (VAT included), purchase, handling
PRODUCTS = [line.split(";") for line in """\
101;Riz long;grocery;vat.food;1000;g;;vegan;riz;EXEMPLE — Grossiste;12;1,95;1,32;0,18
102;Riz basmati;grocery;vat.food;1000;g;;vegan;riz;EXEMPLE — Grossiste;12;2,75;2,00;0,18
103;Pâtes coquillettes;grocery;vat.food;500;g;gluten;vegan;pâtes;EXEMPLE — Grossiste;20;0,85;0,52;0,12
104;Pâtes spaghetti;grocery;vat.food;500;g;gluten;vegan;pâtes;EXEMPLE — Grossiste;20;0,90;0,56;0,12
105;Semoule;grocery;vat.food;500;g;gluten;vegan;semoule;EXEMPLE — Grossiste;12;1,10;0,72;0,12
106;Lentilles en boîte;grocery;vat.food;400;g;;vegan;légumes secs;EXEMPLE — Grossiste;12;1,15;0,76;0,12
107;Pois chiches en boîte;grocery;vat.food;400;g;;vegan;légumes secs;EXEMPLE — Grossiste;12;1,10;0,73;0,12
108;Thon au naturel;grocery;vat.food;140;g;fish;halal;poisson en boîte;EXEMPLE — Grossiste;24;1,75;1,30;0,12
109;Sardines à l’huile;grocery;vat.food;125;g;fish;halal;poisson en boîte;EXEMPLE — Grossiste;24;1,20;0,82;0,12
110;Sauce tomate;grocery;vat.food;350;g;;vegan;sauce;EXEMPLE — Grossiste;12;1,05;0,70;0,12
111;Huile de tournesol;grocery;vat.food;1000;ml;;vegan;huile;EXEMPLE — Grossiste;12;2,30;1,72;0,18
112;Sucre en poudre;grocery;vat.food;1000;g;;vegan;sucre;EXEMPLE — Grossiste;10;1,55;1,08;0,15
113;Café moulu;grocery;vat.food;250;g;;vegan;café;EXEMPLE — Grossiste;12;2,60;1,98;0,15
114;Café soluble;grocery;vat.food;100;g;;vegan;café;EXEMPLE — Grossiste;12;2,90;2,24;0,15
115;Thé vert;grocery;vat.food;25;piece;;vegan;thé;EXEMPLE — Grossiste;12;1,35;0,92;0,12
116;Chocolat noir;grocery;vat.standard;100;g;milk soya;vegetarian;chocolat;EXEMPLE — Grossiste;20;1,30;0,80;0,12
117;Biscuits secs;grocery;vat.food;300;g;gluten milk;vegetarian;biscuits;EXEMPLE — Grossiste;16;1,25;0,84;0,12
118;Pâte à tartiner;grocery;vat.food;400;g;nuts milk soya;vegetarian;à tartiner;EXEMPLE — Grossiste;15;2,85;2,18;0,15
119;Confiture de fraises;grocery;vat.food;370;g;;vegan;à tartiner;EXEMPLE — Grossiste;12;1,60;1,12;0,15
120;Cacahuètes grillées;grocery;vat.food;200;g;peanuts;vegan;apéritif;EXEMPLE — Grossiste;20;1,20;0,80;0,12
121;Épices pour couscous;grocery;vat.food;45;g;;vegan;épices;EXEMPLE — Grossiste;12;1,40;0,98;0,12
122;Sel fin;grocery;vat.food;500;g;;vegan;sel;EXEMPLE — Grossiste;12;0,60;0,34;0,12
201;Œufs;fresh;vat.food;6;piece;eggs;vegetarian;œufs;EXEMPLE — Maraîchers;20;1,75;1,28;0,18
202;Lait demi-écrémé;fresh;vat.food;1000;ml;milk;vegetarian;lait;EXEMPLE — Maraîchers;6;1,15;0,80;0,15
203;Beurre doux;fresh;vat.food;250;g;milk;vegetarian;beurre;EXEMPLE — Maraîchers;20;2,35;1,80;0,15
204;Emmental râpé;fresh;vat.food;200;g;milk;vegetarian;fromage;EXEMPLE — Maraîchers;12;1,70;1,24;0,15
205;Jambon de dinde;fresh;vat.food;4;piece;;halal no_pork;jambon;EXEMPLE — Maraîchers;10;2,20;1,66;0,18
206;Yaourts nature;fresh;vat.food;4;piece;milk;vegetarian;yaourts;EXEMPLE — Maraîchers;6;1,10;0,74;0,15
207;Pommes;fresh;vat.food;1000;g;;vegan;fruits;EXEMPLE — Maraîchers;10;2,10;1,55;0,20
208;Bananes;fresh;vat.food;1000;g;;vegan;fruits;EXEMPLE — Maraîchers;10;1,95;1,42;0,20
209;Oignons;fresh;vat.food;1000;g;;vegan;légumes;EXEMPLE — Maraîchers;10;1,60;1,10;0,20
210;Tomates;fresh;vat.food;1000;g;;vegan;légumes;EXEMPLE — Maraîchers;8;2,80;2,15;0,22
211;Citrons;fresh;vat.food;500;g;;vegan;fruits;EXEMPLE — Maraîchers;10;1,45;1,02;0,15
301;Eau de source;drinks;vat.food;1500;ml;;vegan;eau;EXEMPLE — Grossiste;6;0,45;0,22;0,12
302;Eau gazeuse;drinks;vat.food;1000;ml;;vegan;eau;EXEMPLE — Grossiste;6;0,65;0,38;0,12
303;Jus d’orange;drinks;vat.food;1000;ml;;vegan;jus;EXEMPLE — Grossiste;6;1,45;1,02;0,15
304;Sirop de menthe;drinks;vat.food;750;ml;;vegan;sirop;EXEMPLE — Grossiste;6;1,85;1,36;0,15
305;Soda cola;drinks;vat.food;1500;ml;;vegan;soda;EXEMPLE — Grossiste;6;1,60;1,14;0,15
401;Savon de Marseille;hygiene;vat.standard;200;g;;;savon;EXEMPLE — Grossiste;20;1,20;0,72;0,12
402;Gel douche;hygiene;vat.standard;250;ml;;;savon;EXEMPLE — Grossiste;12;1,60;1,02;0,12
403;Shampoing;hygiene;vat.standard;250;ml;;;shampoing;EXEMPLE — Grossiste;12;1,75;1,14;0,12
404;Dentifrice;hygiene;vat.standard;75;ml;;;dentifrice;EXEMPLE — Grossiste;12;1,35;0,84;0,12
405;Brosse à dents;hygiene;vat.standard;1;piece;;;brosse;EXEMPLE — Grossiste;24;0,95;0,54;0,12
406;Rasoirs jetables;hygiene;vat.standard;5;piece;;;rasoirs;EXEMPLE — Grossiste;20;1,60;1,02;0,12
407;Serviettes hygiéniques;hygiene;vat.food;14;piece;;;protections;EXEMPLE — Grossiste;16;1,70;1,28;0,12
408;Papier toilette;hygiene;vat.standard;4;piece;;;papier;EXEMPLE — Grossiste;12;1,55;0,98;0,15
409;Déodorant;hygiene;vat.standard;50;ml;;;déodorant;EXEMPLE — Grossiste;12;1,95;1,30;0,12
501;Enveloppes;correspondence;vat.standard;25;piece;;;enveloppes;EXEMPLE — Papeterie;20;1,05;0,62;0,10
502;Bloc de papier à lettres;correspondence;vat.standard;50;piece;;;papier à lettres;EXEMPLE — Papeterie;20;1,40;0,90;0,10
503;Stylo à bille bleu;correspondence;vat.standard;1;piece;;;stylo;EXEMPLE — Papeterie;50;0,45;0,20;0,08
504;Cahier;correspondence;vat.standard;96;piece;;;cahier;EXEMPLE — Papeterie;20;1,20;0,74;0,10
601;Tabac à rouler;tobacco;vat.standard;30;g;;;tabac;EXEMPLE — Débitant;10;14,50;11,90;0,10
602;Feuilles à rouler;tobacco;vat.standard;50;piece;;;feuilles;EXEMPLE — Débitant;25;1,30;0,92;0,08
701;Quotidien régional;press;vat.press;1;piece;;;quotidien;EXEMPLE — Papeterie;1;1,40;1,22;0,05
702;Magazine de télévision;press;vat.press;1;piece;;;programmes;EXEMPLE — Papeterie;1;1,50;1,31;0,05
801;Éponges;household;vat.standard;3;piece;;;éponges;EXEMPLE — Grossiste;20;0,95;0,54;0,12
802;Liquide vaisselle;household;vat.standard;500;ml;;;vaisselle;EXEMPLE — Grossiste;12;1,25;0,78;0,12
803;Lessive en poudre;household;vat.standard;600;g;;;lessive;EXEMPLE — Grossiste;10;2,70;1,92;0,18""".split("\n")]
POPULAR = {101: 5, 103: 7, 108: 6, 112: 6, 113: 8, 117: 5, 118: 6, 201: 6, 202: 6, 205: 4, 207: 4, 301: 9, 305: 8, 601: 9, 602: 8, 402: 4}
rules = random.Random(5)


def cents(text):
    return int(text.replace(",", ""))


def euros(value):
    return "%d,%02d" % divmod(value, 100)


def day(week, weekday):  # week 0: the one of Monday 30 October 2023
    return (datetime.date(2023, 10, 30) + datetime.timedelta(days=7 * week + weekday)).isoformat()


class Month:
    def __init__(self, program, folder):
        self.program, self.folder, self.commands = program, folder, []
        self.place = tempfile.mkdtemp()
        self.prices = {int(p[0]): cents(p[11]) for p in PRODUCTS}
        self.needs = collections.Counter(p[8] for p in PRODUCTS)
        self.here = {}

    def file(self, name, rows):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
        return "data/demo/canteen/" + name

    def note(self, text):
        self.commands.append("# " + text)

    def run(self, *words, show=True):
        """Runs a command here and keeps it for the demo, which shows it without its answer; the answer as JSON."""
        words = [str(word) for word in words]
        if show:
            self.commands.append("- " + " ".join("'%s'" % w if " " in w or "’" in w else w for w in words))
        words = [os.path.join(self.folder, os.path.basename(w)) if w.startswith("data/demo/canteen/") else w for w in words]
        done = subprocess.run([self.program, "--db", os.path.join(self.place, "m.db"), "--json", *words], capture_output=True, text=True)
        if done.returncode:
            sys.exit("%s: %s" % (" ".join(words), done.stderr))
        answer = json.loads(done.stdout) if done.stdout.strip() else {}
        if answer.get("refused") and words[1] != "enter":
            print(" ".join(words), answer["refused"][:3], file=sys.stderr)
        return answer

    def at(self, *words, **also):
        return self.run(*words, "--establishment", PRISON, **also)

    # --- who is there ---

    def arrive(self, count, on, file):
        rows = [("number", "event", "date", "family_name", "given_names", "wing", "cell")]
        for _ in range(count):
            n = len(self.here) + 1
            wing, cell = WINGS[(n - 1) % len(WINGS)], "%d%02d" % (1 + (n // 3) % 4, 1 + (n // 12) % 25)
            self.here["D%04d" % n] = {"wing": wing, "state": "present", "free": rules.choice([0, 800, 1500, 2500, 4000, 6000, 9000])}
            rows.append(("D%04d" % n, "arrival", on, "EXEMPLE " + NAMES[n % len(NAMES)], GIVEN[n * 7 % len(GIVEN)], wing, cell))
        return rows

    def move(self, week):
        """Some leave, some are away, some come."""
        rows = self.arrive(6, day(week, 0), None)
        present = [n for n, p in self.here.items() if p["state"] == "present"]
        for number in rules.sample(present[:-6], 7):
            event = rules.choice(["release", "release", "release", "transfer", "absent"])
            self.here[number]["state"] = event
            rows.append((number, event, day(week, 0), "", "", "", ""))
        self.at("person", "import", self.file("movements-%d.csv" % (week + 1), rows))

    # --- one week of orders ---

    def order(self, person):
        weights = [POPULAR.get(int(p[0]), 2) for p in PRODUCTS]
        lines, total = {}, 0
        for code in rules.choices([int(p[0]) for p in PRODUCTS], weights, k=rules.randint(3, 11)):
            units = rules.choice([1, 1, 1, 2, 2, 3, 6]) if self.prices[code] < 300 else 1
            if code not in lines and total + units * self.prices[code] <= person["free"]:
                lines[code] = units
                total += units * self.prices[code]
        return lines, total

    def week(self, week):
        cycle = "2023-%d" % (44 + week)
        self.note("Cycle %s : bons remis le %s, livraison le %s." % (cycle, day(week, 2), day(week + 1, 2)))
        if week:
            self.move(week)
        present = [(n, p) for n, p in self.here.items() if p["state"] == "present"]
        for number, person in present:
            person["free"] += rules.choice([0, 0, 1000, 1500, 2000, 4000])
        self.at("canteen", "balances", self.file("balances-%d.csv" % (week + 1),
                [("person", "amount")] + [(n, euros(p["free"])) for n, p in present]), "--on", day(week, 0))
        self.at("canteen", "cycle", cycle, GOODS, day(week, 3), day(week + 1, 2), "--opens-on", day(week, 0), "--picks-on", day(week + 1, 1))
        forms, wanted = [], {}
        for number, person in present:
            lines, total = self.order(person) if rules.random() < 0.87 else ({}, 0)
            if lines:
                wanted[number] = total
                forms.append((number, " ".join("%dx%d%s" % (c, u, "r" if rules.random() < 0.3 else "") for c, u in lines.items())))
        self.at("canteen", "enter", cycle, self.file("forms-%d.csv" % (week + 1), [("person", "items")] + forms), "--handed-on", day(week, 2))
        self.at("canteen", "close", cycle)
        answers = [("person", "answer", "amount")]
        for number, total in wanted.items():
            cut = rules.random()
            answer = ("refused", "") if cut < 0.004 else ("reduced", euros(total * 2 // 3)) if cut < 0.012 else ("accepted", "")
            answers.append((number, *answer))
        self.at("canteen", "answers", cycle, self.file("answers-%d.csv" % (week + 1), answers))
        self.told = [(f[0], int(f[1].split("x")[0])) for f, a in zip(forms, answers[1:]) if a[1] == "accepted"]
        self.supply(week, cycle)
        self.deliver(week, cycle)
        self.settle(week, cycle)

    def supply(self, week, cycle):
        self.at("supply", "make", cycle, "--on", day(week, 4))
        lines = collections.defaultdict(list)
        for line in self.run("supply", "order_lines", PRISON, cycle, show=False)["rows"]:
            lines[line["supply_number"]].append(line)
        for number, asked in lines.items():
            self.at("supply", "send", number, "--on", day(week, 4))
            rows = [("code", "units", "lot_number", "best_before")]
            for line in asked:
                code, units = line["code"], line["units"]
                if (week, code) in ((1, 118), (2, 202)):  # the supplier ran out
                    units = units * 3 // 4
                rows.append((code, units, "L%d-%d" % (44 + week, code), "2023-12-%02d" % (4 + code % 20) if code // 100 == 2 else ""))
            self.at("supply", "receipts", "BL-%d" % number, self.file("delivery-%d.csv" % number, rows), "--supply-number", number,
                    "--on", day(week + 1, 0))
            self.at("supply", "invoice", number, "F-2023-%d" % number, "--on", day(week + 1, 3))
        self.at("supply", "share", cycle, "--on", day(week + 1, 0))

    def deliver(self, week, cycle):
        self.at("round", "plan", cycle)
        for place in self.run("round", "list", PRISON, cycle, show=False)["rows"]:
            code = place["round"]
            self.at("round", "pick", code, "--on", day(week + 1, 1))
            self.at("round", "load", code, "--on", day(week + 1, 2))
            bags = self.run("round", "bags", PRISON, code, show=False)["rows"]
            told, chosen = [], rules.sample(bags, 4)
            for bag, outcome in zip(chosen, ("missing", "missing", "damaged")):
                line = rules.choice([l for l in self.run("bag", "lines", bag["bag"], show=False)["rows"] if l["units_picked"]])
                told.append("#%d;%d;%s;%d" % (bag["number"], line["code"], outcome, line["units_picked"] - 1))
            told.append("#%d;refused" % chosen[3]["number"])
            named = {int(row.split(";")[0][1:]): row.split(";")[1:] for row in told}
            rows = [("bag", "outcome", "exceptions")]
            for number in range(1, place["bags"] + 1):
                said = named.get(number, ["received"])
                rows.append(("#%d" % number, "refused", "") if said == ["refused"] else ("#%d" % number, "received", " ".join(said) if len(said) > 1 else ""))
            self.at("round", "take", code, self.file("sheet-%s.csv" % code, rows), "--on", day(week + 1, 2))

    def settle(self, week, cycle):
        self.at("settlement", "cycle", cycle, "--on", day(week + 1, 3))
        batch = self.at("settlement", "tell", "--cycle", cycle, "--on", day(week + 1, 3))["batch"]
        rows, paid = [("person", "amount")], 0
        for line in self.run("settlement", "list", PRISON, batch, show=False)["rows"]:
            if not line.get("number"):
                continue
            rows.append((line["number"], euros(line["to_debit"])))
            paid += line["to_debit"]
        self.at("settlement", "answers", batch, self.file("taken-%d.csv" % (week + 1), rows))
        if paid:
            self.at("settlement", "paid", "VIR-2023-%d" % (44 + week), euros(paid), "--on", day(week + 1, 4))
        for number, order in self.here.items():
            order["free"] = order["free"] // 2

    def whole(self):
        for setup in (("init",), ("establishment", "add", "ma", "Maison d’arrêt de Rouen", "76"), ("ledger", "entity", "000980003", "EXEMPLE", "scic", "--example"),
                      ("ledger", "year-open", "2023", "2023-01-01", "2023-12-31")):
            self.run(*setup, show=False)
        self.note("Un mois de cantine à la maison d’arrêt de Rouen : 600 personnes inventées, quatre cycles de novembre 2023.")
        self.at("person", "import", self.file("people.csv", self.arrive(PEOPLE, "2023-10-02", None)))
        head = "code;name;goods;vat;content;measure;allergens;diets;need;supplier;pack_size;price;purchase_cost;handling_cost".split(";")
        self.at("canteen", "import", self.file("products.csv", [head] + PRODUCTS), "--decision", "2023-117", "--decided-on", "2023-10-12")
        self.at("canteen", "limit", "week_amount", "--amount", "120,00")
        for week in range(4):
            self.week(week)
        self.note("Trois réclamations : deux remboursements, un refus motivé.")
        for number, (person, code) in enumerate(self.told[40:400:160], 1):
            cause = ("damaged", "wrong_product", "damaged")[number - 1]
            self.at("complaint", "tell", "2023-47", person, code, cause, "--units", 1, "--on", "2023-11-29")
            self.at("complaint", "decide", number, *(("refund",) if number < 3 else ("refused", "--reason", "L’emballage est abîmé, le produit est intact.")),
                    "--on", "2023-11-30")
        self.note("Ce que disent les chiffres du mois.")
        self.at("figures", "basket-set", "101x2 103x4 108x4 113x1 202x4 301x6 402x1 404x1 408x1", "--from-on", "2023-10-12")
        self.at("figures", "count", "2023-11")
        with open(os.path.join(self.folder, "commands.txt"), "w", encoding="utf-8") as out:
            out.write("\n".join(self.commands) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    Month(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])).whole()
