/* A person in detention on the tablet: reference and PIN, + and −, with and without a script, and no way to anybody else's data
 * or to any other page. */
import { writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { close_house, done, ok, open_house, tools } from "./house.mjs";

const { browser, axe } = await tools();
const house = await open_house({ example: false });
const shots = process.env.SHOTS;
const shot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }); };
const at = ["--establishment", "ma-rouen"], people = [];

function prepare() {
  house.run("establishment", "add", "ma", "Maison d’arrêt de Rouen", "--department", "76");
  for (const [code, name, price, goods] of [["101", "Café moulu", "2,50", "grocery"], ["102", "Riz long", "1,20", "grocery"], ["201", "Savon", "0,80", "hygiene"]]) {
    house.run("canteen", "product", code, name, goods, "--vat", "vat.food", ...at);
    house.run("canteen", "price", code, price, "0,5", "0,1", "2026-1", "--decided_on", "2026-01-02", ...at);
  }
  house.run("canteen", "cycle", "T1", "--goods", "grocery hygiene", "--opens_on", "2026-01-01", "--closes_on", "2199-01-05", "--delivers_on", "2199-01-09", ...at);
  for (let i = 0; i < 2; i++)
    people.push({ reference: JSON.parse(house.run("--json", "person", "admit", `N${i}`, "--family-name", `Exemple ${i}`, "--wing", "A", "--cell", `10${i}`, "--on", "2026-01-05", ...at)).reference });
  const file = join(house.folder, "regie.csv");
  writeFileSync(file, `person;amount\n${people.map(({ reference }) => `${reference};20,00`).join("\n")}\n`);
  house.run("canteen", "balances", file, ...at);
  house.run("pin", "make", ...at);
  house.run("canteen", "slips", "--output", join(house.folder, "pin.pdf"), ...at);
  const text = execFileSync("pdftotext", ["-layout", join(house.folder, "pin.pdf"), "-"], { encoding: "utf8" });
  for (const person of people)
    person.pin = /(\d{3}) (\d{3})/.exec(text.slice(text.indexOf(person.reference))).slice(1).join("");
  let again = "";
  try { house.run("canteen", "slips", "--output", join(house.folder, "again.pdf"), ...at); } catch (error) { again = error.message; }
  ok(/pli|slip/i.test(again), "a slip is printed once", again);
}

async function come_in(page, person, pin = person.pin) {
  await page.goto(`${house.base}/tablet?lang=fr`);
  await page.fill("#whom", person.reference.toLowerCase());
  await page.fill("#pin", pin);
  await Promise.all([page.waitForNavigation(), page.click("main button[type=submit]")]);
}

async function axe_clean(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  ok(!found.violations.length, `${what} has no axe violation`, found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join("\n"));
}

async function ordering() {
  const page = await (await browser.newContext({ locale: "fr-FR", viewport: { width: 800, height: 1000 } })).newPage();
  await come_in(page, people[0], "000000");
  ok(await page.isVisible(".notice.refuse"), "a wrong PIN is refused");
  await shot(page, "tablet-login");
  await axe_clean(page, "the page to come in");
  await come_in(page, people[0]);
  ok((await page.textContent("main")).includes("20,00"), "what is free is seen");
  const small = await page.evaluate(() => [...document.querySelectorAll("a, button, input:not([type=hidden]), label.choice")].map((one) => one.closest("label") || one)
    .filter((one) => one.getBoundingClientRect().height < 47.5).map((one) => one.outerHTML));
  ok(!small.length, "everything to touch is 48 pixels high", small.join("\n"));
  await page.click("main a.button");
  await page.click("#p101 [name=plus]");
  await page.click("#p101 [name=plus]");
  await page.click("#p201 [name=plus]");
  await page.click("#p201 [name=minus]");
  ok(/5,00/.test(await page.textContent("[data-total]")), "the total runs", await page.textContent("[data-total]"));
  await shot(page, "tablet-order");
  await axe_clean(page, "the page of an order");
  await Promise.all([page.waitForNavigation(), page.click("[name=send]")]);
  ok(page.url().endsWith("/tablet?done=order") && (await page.textContent("main")).includes("15,00"), "the order is sent, and holds", page.url());
  await shot(page, "tablet-home");
  await axe_clean(page, "the first page");
  return page;
}

async function nothing_else(page) {
  const context = page.context(), other = people[1].reference;
  const [cookie] = (await context.cookies(`${house.base}/tablet`)).filter(({ name }) => name === "tablet");
  ok(cookie.httpOnly && cookie.path === "/tablet" && cookie.sameSite === "Strict", "the cookie is the tablet's alone");
  const headers = { cookie: `tablet=${cookie.value}; session=${cookie.value}` };
  const paths = ["/", "/canteen", "/canteen-cycles/ma-rouen/T1", "/canteen-entry/ma-rouen/T1", `/people/${other}`, `/view/canteen.of_person?reference=${other}`,
    "/view/tablet.lines", "/api/view/tablet.lines", `/api/view/form.person?prison=ma-rouen&cycle=T1&whom=${other}`, "/file/canteen.forms?cycle=T1", "/file/canteen.slips",
    "/paper/canteen.prices", "/do/canteen/order", "/do/pin/reset", "/jobs/1", "/account", "/journal", `/tablet/${other}`, `/tablet/order/T1/${other}`, "/tablet/../canteen"];
  let leaks = [];
  for (const path of paths) {
    const answer = await fetch(house.base + path, { headers, redirect: "manual" }), text = await answer.text();
    if ((answer.status < 300 && path !== "/") || text.includes(other) || (path === "/" && text.includes(people[0].reference))) leaks.push(`${path}: ${answer.status}`);
  }
  ok(!leaks.length, "no other page opens to a person on the tablet", leaks.join("\n"));
  for (const [path, body] of [["/do/canteen/cancel", { cycle: "T1", whom: other }], ["/api/do/tablet/order", { cycle: "T1", items: "101" }], ["/do/tablet/order", { cycle: "T1", items: "101" }]]) {
    const answer = await fetch(house.base + path, { method: "POST", headers, redirect: "manual", body: new URLSearchParams(body) });
    if (answer.status < 400) leaks.push(`${path}: ${answer.status}`);
  }
  ok(!leaks.length, "nothing else can be done", leaks.join("\n"));
  const forged = await page.request.post(`${house.base}/tablet/cancel/T1`, { form: { whom: other } });
  ok(forged.status() === 403, "a form without its proof is refused", String(forged.status()));
  const links = await page.evaluate(() => [...document.querySelectorAll("a[href], form[action]")].map((one) => new URL(one.href || one.action, location).pathname)
    .filter((path) => path !== "/tablet" && !path.startsWith("/tablet/")));
  ok(!links.length, "no link leads elsewhere", links.join(" "));
}

async function without_script() {
  const page = await (await browser.newContext({ locale: "fr-FR", javaScriptEnabled: false, viewport: { width: 375, height: 700 } })).newPage();
  await come_in(page, people[1]);
  ok(!(await page.textContent("main")).includes("2,50"), "nobody else's order is seen");
  await page.goto(`${house.base}/tablet/order/T1?lang=en`);
  for (const button of ["#p102 [name=plus]", "#p102 [name=plus]", "#p201 [name=plus]", "#p102 [name=minus]"])
    await Promise.all([page.waitForNavigation(), page.click(button)]);
  await page.check('[name="r201"]');
  await shot(page, "tablet-375");
  ok(/2.00/.test(await page.textContent("[data-total]")), "the total without a script", await page.textContent("[data-total]"));
  await Promise.all([page.waitForNavigation(), page.click("[name=send]")]);
  ok(page.url().includes("done=order"), "sent without a script", page.url());
  const rows = JSON.parse(house.run("--json", "canteen", "of_person", people[1].reference)).rows;
  ok(rows.length === 2 && rows.every(({ units }) => units === 1), "as it was chosen", JSON.stringify(rows));
  await Promise.all([page.waitForNavigation(), page.click('form[action="/tablet/cancel/T1"] button')]);
  ok(JSON.parse(house.run("--json", "canteen", "of_person", people[1].reference)).rows[0].order_state === "cancelled", "and cancelled while it is open");
  await Promise.all([page.waitForNavigation(), page.click(".kiosk-head button")]);
  await page.goto(`${house.base}/tablet/order/T1`);
  ok(await page.isVisible("#pin"), "who has finished is out");
  for (let i = 0; i < 5; i++) await come_in(page, people[1], "111111");
  await come_in(page, people[1]);
  ok(await page.isVisible(".notice.refuse"), "after five wrong PINs the good one must wait");
  ok(!house.run("--json", "journal", "list").includes(people[1].pin), "the journal holds no PIN");
  await page.context().close();
}

try {
  prepare();
  const page = await ordering();
  await nothing_else(page);
  await without_script();
} catch (error) {
  ok(false, "the test ran to its end", error.stack);
} finally {
  await browser.close();
  await close_house(house);
  done();
}
