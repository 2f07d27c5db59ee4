/* Names that try to be more than names, wherever a name can be kept: nothing of them is run, followed or hidden on any
 * page, in an export or on paper. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { close_house, cookie_of, done, log_in, ok, open_house, tools } from "./house.mjs";

const { browser } = await tools();
const house = await open_house();
const evil = `<img src=x onerror="pwned=1"><script>pwned=1</script><b class=planted>'"\`{{7}}&lt;`;
const link = "javascript:pwned=1", turned = "paye\u202Erud\u2066\u200B\uFEFFfin";
const formula = '=HYPERLINK("http://example.org","x")', siret = "73282932000074";

/* --- everything that takes a text from outside --- */

const refused = [];
function plant(...words) {
  try { house.run(...words); } catch (error) { refused.push(`${words.slice(0, 2).join(" ")}: ${error.message.split("\n")[0]}`); }
}
const file = (name, text) => {
  const path = join(house.folder, name);
  writeFileSync(path, text);
  return path;
};
const cell = (text) => `"${text.replaceAll('"', '""')}"`;

plant("member", "add", siret, evil.slice(0, 90), "scic", `${turned} ${link}`, "--brand", formula, "--address", evil.slice(0, 80), "--department", "76");
plant("member", "offer", siret, "upkeep.technical", "12", "100", "76", "--unit", evil.slice(0, 20));
plant("member", "reference", siret, evil.slice(0, 90), evil.slice(0, 90), "2019-01-01");
plant("member", "accredit", siret, "prison_access", "2020-01-01", "--valid-to", "2031-01-01");
plant("member", "mark", siret, "50", "--author", evil.slice(0, 50));
plant("establishment", "add", "cd", evil.slice(0, 90), "76", "--place", `${link} ${turned}`);
plant("user", "add", "zoe", "--role", "coordinator", "--display-name", evil.slice(0, 90));
plant("member", "import", file(`a'b<i>&.csv`, `siret;name;kinds;city;department\n73282932000074;${cell(`${evil} other`)};scic;${cell(turned)};76\n1234;${cell(evil)};scic;x;76\n`));
plant("offer", "import", file("offers.csv", `siret;function;unit_price_cents;unit;capacity;period;places\n${siret};${cell(evil)};1;x;1;month;76\n`));
const boamp = "source_file,a00_cle_idweb,g04_01_date_publication,g04_03_date_fin_diffusion,g04_07_dep_publication,g04_09_resume_objet,g01_02_01_famille,g01_02_02_perimetre,g01_02_03_nature,g01_02_04_statut,d01_01_denomination,d01_07_cp,d01_08_ville,d08_09_decision_titulaireandRENSEIGNEMENT,g04_052_descripteurs_libelles,g04_051_descripteurs_codes,g04_061_criteres_sociaux,g04_062_criteres_environnementaux";
plant("tender", "import", file("notices.csv", `${boamp}\nx.csv,20-999001,2020-11-20,2031-01-01,['76'],${cell(`Cantine du centre pénitentiaire ${evil}`)},fns,mapa,APPEL_OFFRE,initial,${cell(`Maison d'arrêt ${link} ${turned}`)},76000,${cell(evil)},,['Prestations de services'],['273'],non,non\n`));
plant("tender", "decide", "20-999001", "--decision", "go", "--reason", evil.slice(0, 120));
plant("tender", "decide", "20-142573", "--decision", "go", "--reason", evil.slice(0, 120));

/* --- every page that leads from one to the next --- */

async function faults_of(page) {
  return page.evaluate(() => {
    const faults = [];
    if (window.pwned) faults.push("a script of a name was run");
    if (document.querySelector(".planted")) faults.push("an element of a name stands in the page");
    for (const element of document.querySelectorAll("*"))
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) faults.push(`${element.tagName} has ${name}`);
        if (/^(href|src|action|formaction)$/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value)) faults.push(`${element.tagName} leads to ${value}`);
      }
    const unseen = /[\u202A-\u202E\u2066-\u2069\u200B\u200E\u200F\u2060\uFEFF]/.exec(document.documentElement.outerHTML);
    if (unseen) faults.push(`an unseen character: U+${unseen[0].codePointAt(0).toString(16)}`);
    return faults;
  });
}

async function crawl(name, start) {
  const context = await browser.newContext({ locale: "fr-FR" }), page = await context.newPage();
  const faults = new Set(), seen = new Set(), queue = [...start], shown = [];
  let at = "";
  page.on("dialog", (dialog) => { faults.add(`${at}: asks ${dialog.message()}`); dialog.dismiss(); });
  page.on("pageerror", (error) => faults.add(`${at}: ${error.message}`));
  page.on("console", (message) => { if (/Content Security Policy|Refused/.test(message.text())) faults.add(`${at}: ${message.text().slice(0, 200)}`); });
  await log_in(page, house, name);
  while (queue.length && seen.size < 140) {
    at = queue.shift();
    const shape = at.replace(/=[^&]*/g, "=").replace(/\d{5,}|[0-9]{2}-\d+/g, "N"); /* a few of each kind are enough */
    if (seen.has(at) || [...seen].filter((other) => other.replace(/=[^&]*/g, "=").replace(/\d{5,}|[0-9]{2}-\d+/g, "N") === shape).length > 2) continue;
    seen.add(at);
    const answer = await page.goto(house.base + at, { waitUntil: "load" });
    if (answer.status() >= 500) faults.add(`${at}: status ${answer.status()}`);
    for (const fault of await faults_of(page)) faults.add(`${at}: ${fault}`);
    if ((await page.content()).includes("&lt;img src=x")) shown.push(at);
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
    queue.push(...links.filter((href) => /^\/(?!\/|api|paper|assets)/.test(href) && !/\.csv|lang=|logout/.test(href)).map((href) => href.split("#")[0]));
  }
  ok(!faults.size, `${name}: ${seen.size} pages run nothing, lead nowhere and hide nothing`, [...faults].slice(0, 15).join("\n"));
  ok(shown.length > 2, `${name}: the names are shown as they are`, shown.join(" "));
  await context.close();
}

/* What was planted must be somewhere, or nothing was tested. */
ok(refused.length < 6, "most of it is kept", refused.join("\n"));
try {
  const hostile = "/members?q=%3Cscript%3Epwned%3D1%3C%2Fscript%3E%22%27%3E";
  await crawl("cora", [`/members/${siret}`, "/tenders/20-999001", "/tenders/20-142573", "/members/doubts", 
    hostile, hostile.replace("members", "tenders"), "/%3Cscript%3Epwned=1%3C/script%3E", "/view/%3Cimg%20src=x%20onerror=pwned=1%3E",
    `/do/member/add?name=${encodeURIComponent(evil)}&city=${encodeURIComponent(link)}&back=${encodeURIComponent(link)}`,
    "/?done=%3Cscript%3Epwned=1%3C/script%3E", "/login?back=javascript:pwned=1", "/members", "/tenders", "/establishments", "/jobs", "/"]);
  await crawl("ada", ["/users", "/users/zoe", "/journal", "/permissions"]);

  /* Exports: a cell that a spreadsheet would run is text. */
  const cookie = await cookie_of(house, "cora"), get = async (path) => fetch(house.base + path, { headers: { cookie } });
  for (const view of ["member.list", "tender.list", "offer.list", "establishment.list"]) {
    const text = await (await get(`/view/${view}.csv`)).text();
    const cells = text.split(/\r\n|;/).map((one) => one.replace(/^"/, ""));
    ok(!cells.some((one) => /^[=+@\t]|^-[^\d]/.test(one)), `${view}.csv holds no formula`, cells.filter((one) => /^[=+@\t]|^-[^\d]/.test(one)).slice(0, 3).join("\n"));
    ok(!/[\u202A-\u202E\u2066-\u2069\u200B]/.test(text), `${view}.csv hides nothing`);
  }
  const paper = await get("/paper/grouping.letter?grouping=20-142573-P1");
  ok(paper.status === 200 && (await paper.text()).startsWith("%PDF-"), "the letter is printed all the same", String(paper.status));
  ok(house.run("tender", "show", "20-999001").includes("<script>"), "on the command line a name is text");
} finally {
  await browser.close();
  await close_house(house);
}
ok(!/Sanitizer|runtime error|page .*: /.test(house.said), "the server complained of nothing", house.said.trim());
done();
