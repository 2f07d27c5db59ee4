/* A clerk types a pile of paper forms by keyboard alone: scanned code, number, quantity, Enter; what is free is seen, an error
 * stands beside its field, the page is ready for the next form, the last one can be undone. Then without JavaScript. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { close_house, done, log_in, ok, open_house, password, tools } from "./house.mjs";

const { browser, axe } = await tools();
const house = await open_house({ example: false });
const shots = process.env.SHOTS;
const focused = (page) => page.evaluate(() => document.activeElement.name);
const shot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }); };
const save = (page) => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
const references = [];

function prepare() {
  const at = ["--establishment", "ma-rouen"];
  house.run("establishment", "add", "ma", "Maison d’arrêt de Rouen", "--department", "76");
  for (const [code, name, price] of [["101", "Café moulu", "2,50"], ["102", "Riz long", "1,20"], ["103", "Savon", "0,80"]]) {
    house.run("canteen", "product", code, name, "grocery", "--vat", "vat.food", ...at);
    house.run("canteen", "price", code, price, "0,5", "0,1", "2026-1", "--decided_on", "2026-01-02", ...at);
  }
  house.run("canteen", "cycle", "E1", "--goods", "grocery", "--closes_on", "2199-01-05", "--delivers_on", "2199-01-09", ...at);
  house.run("canteen", "cycle", "E2", "--goods", "grocery", "--closes_on", "2199-01-12", "--delivers_on", "2199-01-16", ...at);
  for (let i = 0; i < 3; i++)
    references.push(JSON.parse(house.run("--json", "person", "admit", `N${i}`, "--family-name", `Exemple ${i}`, "--wing", "A", "--cell", `10${i}`, "--on", "2026-01-05", ...at)).reference);
  const file = join(house.folder, "regie.csv");
  writeFileSync(file, `person;amount\n${references.map((reference) => `${reference};20,00`).join("\n")}\n`);
  house.run("canteen", "balances", file, ...at);
  house.run("user", "add", "clara", "--role", "staff", "--establishment", "ma-rouen", "--service", "canteen", "--password", password);
}

async function axe_clean(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  ok(!found.violations.length, `${what} has no axe violation`, found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join("\n"));
}

async function with_script() {
  const page = await (await browser.newContext({ locale: "fr-FR" })).newPage();
  await log_in(page, house, "clara", "fr");
  await page.goto(`${house.base}/canteen-entry/ma-rouen/E1`);
  ok((await focused(page)) === "whom", "the reference has the focus");
  await page.keyboard.type(references[0].toLowerCase());
  await page.keyboard.press("Enter");
  ok((await focused(page)) === "lines.0.code", "Enter goes to the first line");
  await page.waitForFunction(() => document.querySelector("[data-person]").textContent.includes("20,00"));
  ok(true, "what is free is seen");
  for (const [text, name] of [["101", "lines.0.units"], ["2", "lines.1.code"], ["102x3", "lines.2.code"]]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
    ok((await focused(page)) === name, `after ${text} it goes on to ${name}`, await focused(page));
  }
  ok(/8,60/.test(await page.textContent("[data-total]")), "the total runs", await page.textContent("[data-total]"));
  ok((await page.textContent("tbody tr:first-child [data-name]")) === "Café moulu", "the product is named");
  await shot(page, "entry");
  await axe_clean(page, "the page of entry");
  await save(page);
  ok(page.url().includes("done=form") && (await focused(page)) === "whom" && !(await page.inputValue("#f-whom")), "saved, and ready for the next form", page.url());
  ok((await page.textContent("#entered")).includes(references[0]), "the form entered last is listed");

  await page.keyboard.type(references[1]);
  await page.keyboard.press("Enter");
  await page.keyboard.type("101x9");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("[data-left]").textContent.trim() !== "");
  ok(/2,50/.test(await page.textContent("[data-left]")), "more than what is free is said while one types", await page.textContent("[data-left]"));
  await save(page);
  ok(await page.isVisible(".notice.refuse"), "and refused");
  ok((await page.inputValue('[name="lines.0.code"]')) === "101x9", "what was typed is kept");
  await shot(page, "entry-refused");
  await page.fill('[name="lines.0.code"]', "999");
  await page.focus('[name="lines.1.code"]');
  await save(page);
  ok(await page.isVisible("#e-lines-0-code"), "an unknown number is refused beside its field");
  await page.fill('[name="lines.0.code"]', "103");
  await page.focus('[name="lines.1.code"]');
  await save(page);
  ok(page.url().includes("done=form"), "corrected, it is saved");
  await Promise.all([page.waitForNavigation(), page.click("#entered tbody tr:first-child button")]);
  ok(JSON.parse(house.run("--json", "canteen", "of_person", references[1])).rows[0].order_state === "cancelled", "the last one is undone");
  await page.context().close();
}

async function without_script() {
  const page = await (await browser.newContext({ locale: "fr-FR", javaScriptEnabled: false, viewport: { width: 375, height: 800 } })).newPage();
  await log_in(page, house, "clara", "fr");
  await page.goto(`${house.base}/canteen-entry/ma-rouen/E2`);
  await Promise.all([page.waitForNavigation(), page.click("[data-more]")]);
  ok((await page.locator(".typed tbody tr").count()) > 3, "more lines without a script");
  await page.fill("#f-whom", references[2]);
  await page.fill('[name="lines.0.code"]', "101x2r");
  await page.fill('[name="lines.1.code"]', "102");
  await page.fill('[name="lines.1.units"]', "2");
  await shot(page, "entry-375");
  await Promise.all([page.waitForNavigation(), page.click(".actions button:not([name])")]);
  ok(page.url().includes("done=form"), "the order is saved without a script", page.url());
  const rows = JSON.parse(house.run("--json", "canteen", "of_person", references[2])).rows;
  ok(rows.length === 2 && rows[0].units === 2 && rows[1].units === 2, "as it was typed");
  await page.context().close();
}

async function queue() {
  const page = await (await browser.newContext({ locale: "fr-FR" })).newPage();
  await log_in(page, house, "clara", "fr");
  await page.goto(`${house.base}/canteen-forms/ma-rouen/E1`);
  await page.selectOption('[name="reason"]', "unsigned");
  await page.fill('form[action="/do/form/set-aside"] [name="whom"]', references[1]);
  await Promise.all([page.waitForNavigation(), page.click('form[action="/do/form/set-aside"] .actions button:not([name])')]);
  ok((await page.textContent("main")).includes("non signé"), "a form set aside stands in the list");
  await shot(page, "queue");
  await axe_clean(page, "the page of forms");
  await page.goto(`${house.base}/canteen-form/ma-rouen/1`);
  await shot(page, "aside");
  await axe_clean(page, "the page of a form set aside");
  await page.selectOption('[name="outcome"]', "returned");
  await Promise.all([page.waitForNavigation(), page.click('form[action="/do/form/resolve"] .actions button:not([name])')]);
  ok((await page.textContent(".badge")).includes("rendu"), "and comes to its end");
  const pdf = await page.request.get(`${house.base}/file/canteen.forms?cycle=E1`);
  ok(pdf.ok() && (await pdf.body()).subarray(0, 5).toString() === "%PDF-", "the forms are printed");
  await page.context().close();
}

try {
  prepare();
  await with_script();
  await without_script();
  await queue();
} catch (error) {
  ok(false, "the test ran to its end", error.stack);
} finally {
  await browser.close();
  await close_house(house);
  done();
}
