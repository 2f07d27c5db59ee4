/* An accountant types entries by keyboard alone: what is missing is said while one types, an entry that does not balance
 * is refused with everything kept, a good one leaves the page ready for the next. Then the same without JavaScript. */
import { close_house, done, log_in, ok, open_house, password, tools } from "./house.mjs";

const { browser } = await tools();
const house = await open_house({ example: false });
house.run("ledger", "entity", "552100554", "Coopérative de l’Exemple", "scic", "--example");
house.run("ledger", "year-open", "2023", "2023-01-01", "2023-12-31");
house.run("user", "add", "aude", "--role", "accountant", "--password", password);

const form = "/do/ledger/enter?lang=fr&journal=VE&entry_on=2023-03-01";
const value = (page, name) => page.inputValue(`[name="${name}"]`);
const focused = (page) => page.evaluate(() => document.activeElement.name);

async function tab_to(page, name) {
  for (let i = 0; i < 80; i++) {
    if ((await focused(page)) === name) return true;
    await page.keyboard.press("Tab");
  }
  return false;
}
async function type(page, name, text) {
  const there = await tab_to(page, name);
  await page.keyboard.type(text);
  return there;
}
async function save(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function with_script() {
  const page = await (await browser.newContext({ locale: "fr-FR" })).newPage();
  await log_in(page, house, "aude", "fr");
  await page.goto(house.base + form);
  ok((await focused(page)) === "journal", "the journal has the focus");
  let reached = await type(page, "label", "Facture de cantine");
  reached = (await type(page, "lines.0.account", "411")) && reached;
  reached = (await type(page, "lines.0.debit", "120,00")) && reached;
  reached = (await type(page, "lines.1.account", "706")) && reached;
  reached = (await type(page, "lines.1.credit", "100")) && reached;
  ok(reached, "every field is reached with Tab");
  ok(/20,00/.test(await page.textContent("[data-difference]")), "what is missing is said while one types", await page.textContent("[data-difference]"));
  await save(page);
  ok(await page.isVisible(".notice.refuse"), "an entry that does not balance is refused");
  ok((await value(page, "label")) === "Facture de cantine" && (await value(page, "lines.0.account")) === "411" &&
     (await value(page, "lines.1.credit")) === "100", "everything that was typed is kept", await value(page, "lines.1.credit"));
  ok((await page.textContent("#e-lines")).includes("20,00"), "the error stands beside the lines");
  await type(page, "lines.2.account", "44571");
  await type(page, "lines.2.credit", "=");
  ok((await value(page, "lines.2.credit")) === "20,00", "= fills in what is missing");
  ok(/équilibrée/.test(await page.textContent("[data-difference]")), "it says that the entry balances");
  await save(page);
  ok(page.url().includes("done=ledger") && (await value(page, "journal")) === "VE" && (await value(page, "entry_on")) === "2023-03-01" &&
     !(await value(page, "label")) && !(await value(page, "lines.0.account")), "the page is ready for the next entry, journal and date kept", page.url());
  ok((await page.textContent("main")).includes("numéro"), "the number of the entry is told");
  const rows = await page.locator(".typed tbody tr").count();
  await type(page, `lines.${rows - 1}.account`, "6");
  ok((await page.locator(".typed tbody tr").count()) === rows + 1, "a line more appears when the last one is used");
  await page.context().close();
}

async function without_script() {
  const page = await (await browser.newContext({ locale: "fr-FR", javaScriptEnabled: false })).newPage();
  await log_in(page, house, "aude", "fr");
  await page.goto(house.base + form);
  const rows = await page.locator(".typed tbody tr").count();
  await page.fill('[name="label"]', "Règlement");
  await page.fill('[name="lines.0.account"]', "Banques");
  await page.fill('[name="lines.0.debit"]', "120");
  await Promise.all([page.waitForNavigation(), page.click("[data-more]")]);
  ok((await page.locator(".typed tbody tr").count()) > rows && (await value(page, "lines.0.account")) === "Banques", "more lines without a script, what was typed is kept");
  await page.fill(`[name="lines.${rows}.account"]`, "9999");
  await page.fill(`[name="lines.${rows}.credit"]`, "120");
  await Promise.all([page.waitForNavigation(), page.click("form.entry-form .actions button:not([name])")]);
  ok(await page.isVisible(`#e-lines-${rows}-account`), "an unknown account is refused beside its field");
  await page.fill(`[name="lines.${rows}.account"]`, "411");
  await Promise.all([page.waitForNavigation(), page.click("form.entry-form .actions button:not([name])")]);
  ok(page.url().includes("done=ledger"), "the entry is saved without a script", page.url());
  await page.context().close();
}

try {
  await with_script();
  await without_script();
  ok(JSON.parse(house.run("--json", "ledger", "entries", "2023")).rows.length === 2, "two entries are in the books");
} catch (error) {
  ok(false, "the test ran to its end", error.stack);
} finally {
  await browser.close();
  await close_house(house);
  done();
}
