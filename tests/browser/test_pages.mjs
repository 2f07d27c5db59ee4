/* Every page, as people of each role see it: at 320, 375 and 1280 pixels without sideways scroll, without an error in the
 * console, without a violation that axe finds, as valid HTML, in one language only. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, close_house, done, log_in, ok, open_house, password, root, tools } from "./house.mjs";

const { browser, axe, HtmlValidate } = await tools();
const house = await open_house();
const words = catalogue();
const call = "/tenders/20-142573", member = "/members/00012001400014";

/* Beside the month of the demo, a cycle that is open; who works in the establishment, and an accountant. */
function furnish_canteen() {
  const file = (name, text) => { const path = join(house.folder, name); writeFileSync(path, text); return path; };
  const there = ["--establishment", "ma-rouen"];
  for (const number of ["E1", "E2"]) house.run("person", "admit", number, "--family_name", "Exemple", "--given_names", "Lou", "--wing", "B", "--cell", "104", ...there);
  house.run("canteen", "cycle", "S48", "grocery hygiene", "2199-01-05", "2199-01-08", ...there);
  house.run("canteen", "balances", file("soldes.csv", "person;amount\nE1;20\nE2;15\n"), ...there);
  house.run("canteen", "order", "S48", "E1", "101x2 401r", ...there);
  house.run("user", "add", "sami", "--role", "staff", "--establishment", "ma-rouen", "--service", "canteen", "--password", password);
  house.run("user", "add", "dora", "--role", "accountant", "--password", password);
  return JSON.parse(house.run("--json", "person", "list")).rows[0].reference;
}
const reference = furnish_canteen();

/* Names that are data in French: of the charts and journals, of the demo's funds. They stand so in every language. */
const data = new Set(["accounts", "demo/year", "demo/canteen"].flatMap((folder) => readdirSync(join(root, "data", folder)).filter((name) => name.endsWith(".csv"))
  .flatMap((name) => readFileSync(join(root, "data", folder, name), "utf8").split(/[;\n]|,(?! )/).map((cell) => cell.replace(/^"|"$/g, "").trim()))).concat(
  [...readFileSync(join(root, "data/demo/year/commands.txt"), "utf8").matchAll(/'([^']+)'|fund open \w+ (\p{L}+)/gu)].map((name) => name[1] || name[2])));

const pages = {
  "": ["/", "/login", "/law", "/law?subject=money", "/law/articles", "/law/smic.hourly", "/law/smic.hourly?on=1900-01-01", "/nowhere"],
  cora: ["/", "/members", "/members?q=insertion&department=76", "/members?q=zzzz", member, `${member}/change`,
    "/members/doubts", "/tenders", "/tenders?open_on=2020-12-31&function=upkeep.technical", "/tenders?q=zzzz", call,
    `${call}/qualify`, "/tenders/20-158365/qualify?service=canteen&people=600&months=48", "/tenders/all", "/tenders/links",
    "/tenders/problems", "/tenders/prices", "/establishments", "/establishments?kind=cd", "/establishments/cd-val-de-reuil",
    "/groupings", "/groupings/20-142573-P1", "/requests", "/jobs", "/account", "/view/offer.list", "/view/accreditation.list"],
  mehdi: ["/", "/members", member, "/tenders", call, "/groupings", "/requests", "/account"],
  alma: ["/", member, call, "/journal", "/permissions?role=member", "/groupings/20-142573-P1"],
  sami: ["/", "/people", "/people?name=exemple", `/people/${reference}`, "/canteen", "/canteen?goods=hygiene", "/canteen/ma-rouen/101", "/canteen-cycles",
    "/canteen-cycles/ma-rouen/S48", "/canteen-cycles/ma-rouen/2023-47", "/canteen-decisions", "/canteen-supply/ma-rouen/2023-45",
    "/canteen-stock/ma-rouen", "/canteen-rounds/ma-rouen/2023-47", "/canteen-round/ma-rouen/2023-47.a", "/canteen-settlement/ma-rouen/2023-47",
    "/canteen-departures/ma-rouen", "/canteen-forms/ma-rouen/S48", "/canteen-entry/ma-rouen/S48", "/canteen-pins/ma-rouen", "/canteen-complaints", "/canteen-figures/ma-rouen", "/canteen-figures/ma-rouen/2023-11",
    `/canteen-statements/${reference}`, "/canteen-standing/ma-rouen", "/canteen-charges/ma-rouen", "/canteen-requests/ma-rouen",
    "/canteen-entitled/ma-rouen", "/do/canteen/order", "/do/person/admit", "/do/canteen/price"],
  dora: ["/", "/ledger", "/do/ledger/enter", "/ledger/years/2023", "/ledger/years/2023/balance",
    "/ledger/years/2023/entries", "/ledger/accounts", "/ledger/journals", "/years", "/years/2023", "/years/2023/statements", "/years/2023/by/service",
    "/allocations/2023", "/funds", "/funds/REINS", "/openbooks", "/openbooks/2023"],
  ada: ["/", "/users", "/users/cora", "/permissions", "/journal", "/journal?action=member%20import", "/do/user/password"],
};
const widths = [320, 375, 1280];
const statuses = { "/nowhere": 404 };

/* Forms that have a page of their own: what the interface for programs lists, for whoever may. */
const api = await (await fetch(`${house.base}/api/openapi.json`)).json();
const form_paths = Object.keys(api.paths).filter((path) => path.startsWith("/api/do/")).map((path) => path.replace("/api/do/", "/do/"));

/* --- one page --- */

/* Every recommended rule; check boxes of one group share their name. */
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: { "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit", "reset"] }], "no-inline-style": "error" },
});

function html_faults(html) {
  const report = validator.validateStringSync(html);
  return report.results.flatMap((result) => result.messages).filter((message) => message.severity === 2)
    .map((message) => `${message.ruleId}, line ${message.line}: ${message.message}`);
}

/* Texts of the other language that stand alone somewhere: in an element, a label, a title. Data is left out: what is marked
 * with another language, and code. */
function foreign_texts(page, foreign) {
  return page.evaluate((list) => {
    const set = new Set(list), found = new Set();
    const check = (text) => {
      const tidy = (text || "").replace(/\s+/g, " ").trim();
      if (set.has(tidy)) found.add(tidy);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement.closest("code, .ref, script, .langs, [lang]:not(html)")) check(node.data);
    for (const element of document.querySelectorAll("[aria-label], [title], [data-label], [placeholder], [alt], [data-confirm]"))
      for (const name of ["aria-label", "title", "data-label", "placeholder", "alt", "data-confirm"])
        if (!element.closest(".langs")) check(element.getAttribute(name));
    check(document.title.split(" · ")[0]);
    return [...found];
  }, [...foreign]);
}

/* Codes that nobody translated: a_code or a.code standing alone outside of code. */
function bare_codes(page) {
  return page.evaluate(() => {
    const found = new Set();
    for (const element of document.querySelectorAll("main label, main legend, main th[scope=col], main dt, main option, main .badge, main .stamp, main button, main h2"))
      if (!element.closest("code, .ref") && /^[a-z]+([_.][a-z]+)+$/.test(element.textContent.trim())) found.add(element.textContent.trim());
    return [...found];
  });
}

async function axe_faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].target.join(" ")} ${v.nodes[0].failureSummary.split("\n")[1] || ""}`);
}

/* French is looked at whole; English, the same templates with other words, at two widths and without axe. The pages of
 * single forms are all made by one template: two widths, axe at one. */
async function check_page(page, noise, path, language) {
  const faults = [], form = path.startsWith("/do/");
  for (const width of language === "fr" && !form ? widths : [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    noise.length = 0;
    const answer = await page.goto(house.base + path);
    if (answer.status() !== (statuses[path] || 200)) return [`status ${answer.status()}: ${(await page.textContent("main").catch(() => "")).trim().slice(0, 200)}`];
    await page.evaluate(() => { for (const details of document.querySelectorAll("main details")) details.open = true; });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) faults.push(`${width} px: scrolls sideways by ${over}`);
    if (language === "fr" && width !== 375 && !(form && width === 1280)) faults.push(...(await axe_faults(page)).map((fault) => `${width} px: ${fault}`));
    faults.push(...noise.filter((text) => !(statuses[path] && text.includes(statuses[path]))).map((text) => `${width} px: console: ${text}`));
    if (width === 1280) {
      faults.push(...html_faults(await answer.text()));
      faults.push(...(await foreign_texts(page, language === "fr" ? words.english : words.french)).filter((text) => !data.has(text)).map((text) => `not in ${language}: ${text}`));
      faults.push(...(await bare_codes(page)).map((text) => `a bare code: ${text}`));
    }
  }
  return faults;
}

async function check_role(name, language, paths) {
  const context = await browser.newContext({ locale: language === "fr" ? "fr-FR" : "en-GB" });
  const page = await context.newPage(), noise = [];
  page.on("console", (message) => { if (message.type() === "error") noise.push(message.text()); });
  page.on("pageerror", (error) => noise.push(error.message));
  if (name) await log_in(page, house, name, language);
  else await page.goto(`${house.base}/login?lang=${language}`);
  for (const path of paths) {
    const faults = await check_page(page, noise, path, language);
    ok(!faults.length, `${language} ${name || "public"} ${path}`, [...new Set(faults)].slice(0, 12).join("\n"));
  }
  await context.close();
}

async function allowed_forms(name) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await log_in(page, house, name);
  const allowed = [];
  for (const path of form_paths) if ((await page.request.get(house.base + path)).status() === 200) allowed.push(path);
  await context.close();
  return allowed;
}

try {
  for (const [name, paths] of Object.entries(pages))
    await Promise.all(["fr", "en"].map((language) => check_role(name, language, paths)));
  ok(form_paths.length > 20, "the interface for programs lists the actions", form_paths.join(" "));
  for (const name of ["cora", "ada"]) {
    const forms = await allowed_forms(name);
    ok(forms.length > 3, `${name} has forms`);
    await Promise.all(["fr", "en"].map((language) => check_role(name, language, forms)));
  }
} finally {
  await browser.close();
  await close_house(house);
}
ok(!/Sanitizer|runtime error|page .*: /.test(house.said), "the server complained of nothing", house.said.trim());
done();
