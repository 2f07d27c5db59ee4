/* What people do with the pages: by keyboard alone, and without JavaScript; what is refused; what each one sees. */
import { close_house, done, log_in, ok, open_house, password, tools } from "./house.mjs";

const { browser } = await tools();
const house = await open_house();
const base = house.base, call = "/tenders/20-142573", member = "/members/00012001400014";

const errors_at = (page) => page.evaluate(() => [...document.querySelectorAll(".field-error")].map((e) => e.textContent.trim()));
const path_of = (page) => page.url().slice(base.length).split("#")[0];

/* --- by keyboard --- */

/* Presses Tab until the focus is on what `wanted` (in the page) says yes to. */
async function tab_to(page, wanted, argument, most = 250) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(wanted, argument)) return true;
  }
  return false;
}
const on_id = (id) => document.activeElement?.id === id;
const on_text = (text) => document.activeElement?.matches("a, button, summary") && document.activeElement.textContent.trim().startsWith(text);
const focus_shows = () => {
  const style = getComputedStyle(document.activeElement);
  return document.activeElement.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
};

async function enter(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function by_keyboard(javascript) {
  const how = javascript ? "by keyboard" : "by keyboard, without JavaScript";
  const context = await browser.newContext({ locale: "fr-FR", javaScriptEnabled: true, viewport: { width: 1280, height: 900 } });
  if (!javascript) await context.route("**/assets/*.js*", (route) => route.abort());
  const page = await context.newPage();

  await page.goto(`${base}${member}`);
  ok(await page.$("#name"), `${how}: a page that needs a login shows its form`, path_of(page));
  await page.keyboard.press("Tab");
  ok(await page.evaluate(() => document.activeElement.classList.contains("skip")), `${how}: the first stop leads to the content`);
  ok(await tab_to(page, on_id, "name"), `${how}: the name is reached`);
  await page.keyboard.type("cora");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await enter(page);
  ok(path_of(page) === member, `${how}: the login leads to where one wanted to go`, page.url());

  await page.goto(`${base}/members`);
  ok(await tab_to(page, on_id, "filter-q"), `${how}: the filter is reached`);
  ok(await page.evaluate(focus_shows), `${how}: the focus shows`);
  await page.keyboard.type("paniers vexin");
  await enter(page);
  const rows = await page.$$eval("tbody tr", (all) => all.length);
  ok(rows === 1 && page.url().includes("q=paniers"), `${how}: the list is filtered`, `${rows} rows`);
  ok((await page.inputValue("#filter-q")) === "paniers vexin", `${how}: the filter keeps what was typed`);

  await page.goto(`${base}/tenders?open_on=2020-12-31`);
  ok(await tab_to(page, (ref) => document.activeElement?.getAttribute("href") === ref, call), `${how}: a call is reached`);
  await enter(page);
  ok(path_of(page) === call, `${how}: a call opens`);

  await page.goto(`${base}${member}`);
  ok(await tab_to(page, on_text, "Proposer une fonction"), `${how}: a form folds out of a page`);
  await page.keyboard.press("Enter");
  ok(await tab_to(page, on_id, "f-member_offer-function"), `${how}: its first field follows`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const chosen = await page.inputValue("#f-member_offer-function");
  await page.keyboard.press("Tab");
  await page.keyboard.type("douze");
  await page.keyboard.press("Tab");
  await page.keyboard.type("1 500");
  await page.keyboard.press("Tab");
  await page.keyboard.type("27 76");
  await enter(page);
  const errors = await errors_at(page);
  ok(errors.length === 1, `${how}: the error stands once`, errors.join("\n"));
  const beside = await page.evaluate(() => {
    const input = document.querySelector("[aria-invalid=true]");
    return input && { value: input.value, name: input.name, described: input.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)?.className) };
  });
  ok(beside && beside.name === "unit_price" && beside.described.includes("field-error"), `${how}: … beside its field, told to screen readers`, JSON.stringify(beside));
  ok(beside && beside.value === "douze", `${how}: … with what was typed`);
  ok((await page.inputValue("[name=capacity]")) === "1 500" && (await page.inputValue("[name=function]")) === chosen &&
     (await page.inputValue("[name=places]")) === "27 76", `${how}: the other answers are kept`);
  if (javascript) ok(await page.evaluate(() => document.activeElement.matches(".notice.refuse")), `${how}: the focus is on the summary`);
  ok(await tab_to(page, () => document.activeElement?.closest(".notice.refuse") && document.activeElement.matches("a")), `${how}: the summary links to the field`);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.length > 1);
  if (!(await page.evaluate(() => document.activeElement?.name === "unit_price"))) await tab_to(page, () => document.activeElement?.name === "unit_price");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(javascript ? "12,50" : "13,50");
  await enter(page);
  ok(path_of(page).startsWith(`${member}?done=`), `${how}: mended, it is taken and leads back`, page.url());
  ok((await page.textContent("#main")).includes(javascript ? "12,50" : "13,50"), `${how}: the offer is there`);
  ok(await page.$(".notice.ok[role=status]"), `${how}: the page says what was done`);
  await context.close();
}

/* --- without JavaScript at all: pointer --- */

async function without_javascript() {
  const context = await browser.newContext({ locale: "fr-FR", javaScriptEnabled: false });
  const page = await context.newPage();
  await log_in(page, house, "cora");
  await page.goto(`${base}${call}/qualify`);
  const lots = await page.locator("fieldset.lot fieldset.lot").count();
  await page.click("button[name=add_row][value=lots]");
  ok((await page.locator("fieldset.lot fieldset.lot").count()) >= lots && (await page.locator("[name='lots.3.title']").count()) === 1,
    "without JavaScript: a lot is added", String(lots));
  await page.click("button[name=remove_row][value='lots.3']");
  ok((await page.locator("[name='lots.3.title']").count()) === 0 && (await page.inputValue("[name='lots.0.title']")).includes("Rouen"),
    "without JavaScript: and taken away, the others stay");
  await page.selectOption("[name='lots.0.requirements.0.function']", "sovereign.surveillance");
  await page.click("main .form > .actions button[type=submit]");
  ok((await errors_at(page)).some((text) => text.includes("L111-3")), "without JavaScript: a sovereign function is refused with its article", (await errors_at(page)).join("\n"));
  await page.selectOption("[name='lots.0.requirements.0.function']", "canteen.picking");
  await page.click("main .form > .actions button[type=submit]");
  ok(path_of(page).startsWith(call), "without JavaScript: the mended qualification is kept", `${page.url()}\n${(await errors_at(page)).join("\n")}`);
  const shown = await page.textContent("#s-qualification + p, section:has(#s-qualification)");
  ok(/1\s310\s000,00/.test(shown), "without JavaScript: … and says the same as before");
  const complete = house.run("tender", "show", "20-142573", "--json", "--lang", "en");
  ok(/"qualification": ?2/.test(complete), "without JavaScript: … as version 2");
  await page.goto(`${base}/do/member/import`);
  await page.setInputFiles("[name=file]", { name: "members.csv", mimeType: "text/csv",
    buffer: Buffer.from("siret;kind;name;city;post_code\n73282932000074;scic;Essaim <b>gras</b>;Rouen;76000\n12345678901234;scic;Faux;Rouen;76000\n") });
  await page.click("main .form > .actions button[type=submit]");
  for (let i = 0; i < 30 && (await page.locator("progress, [data-refresh]").count()); i++) await page.reload();
  const report = await page.textContent("#main");
  ok(/SIRET/.test(report) && path_of(page).startsWith("/jobs/"), "without JavaScript: an import tells what it refused", report.trim().slice(0, 300));
  await page.goto(`${base}/members?q=essaim+gras`);
  ok((await page.textContent("tbody")).includes("<b>gras</b>") && !(await page.$("tbody b")), "a name that looks like HTML is shown as text");
  await context.close();
}

/* --- what is refused --- */

async function refusals() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await log_in(page, house, "cora");
  const post = (path, form) => page.request.post(base + path, { form, maxRedirects: 0 });
  const body = { siret: "00012001400014", function: "laundry.washing", unit_price: "2", capacity: "10", places: "27" };
  ok((await post("/do/member/offer", { ...body, csrf: "0".repeat(64) })).status() === 403, "a wrong CSRF token is refused");
  ok((await post("/do/member/offer", body)).status() === 403, "no CSRF token is refused");
  const csrf = await page.inputValue("input[name=csrf] >> nth=0").catch(() => page.getAttribute("input[name=csrf]", "value"));
  ok((await post("/do/member/offer", { ...body, csrf })).status() === 303, "the right one is taken");
  ok((await post("/do/user/add", { name: "x", role: "admin", csrf })).status() === 403, "what the role may not do is refused");
  ok((await page.request.get(`${base}/users`)).status() === 403, "a page of another role is refused");
  const elsewhere = await post("/do/member/offer", { ...body, csrf, back: "//example.org/" });
  ok(!(elsewhere.headers().location || "").startsWith("//"), "a form never leads to another site", elsewhere.headers().location);
  const policy = (await page.request.get(`${base}/members`)).headers()["content-security-policy"] || "";
  ok(policy.includes("default-src 'self'") && !policy.includes("unsafe"), "the content policy allows nothing inline", policy);
  await context.close();

  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  for (const path of ["/members", call, "/journal", "/users", "/account"]) {
    const answer = await other.request.get(base + path, { maxRedirects: 0 });
    ok(answer.status() === 303 && answer.headers().location.startsWith("/login"), `without a login ${path} asks for one`, String(answer.status()));
  }
  await stranger.close();
}

/* --- what each one sees --- */

async function scopes() {
  const context = await browser.newContext({ locale: "fr-FR" });
  const page = await context.newPage();
  await log_in(page, house, "mehdi");
  await page.goto(`${base}/members`);
  const sirets = await page.$$eval("tbody td.ref", (cells) => cells.map((cell) => cell.textContent.trim()));
  ok(sirets.length === 1 && sirets[0] === "00012001400014", "a member sees its own organisation alone", sirets.join(" "));
  ok((await page.request.get(`${base}/members/00012008900016`)).status() === 404, "… and not another one's page");
  await page.goto(`${base}${member}`);
  ok((await page.$("#f-member_offer-unit_price")) && !(await page.$("#f-member_mark-quality")), "a member changes its offers, not its mark");
  const exported = await (await page.request.get(`${base}/view/offer.list.csv`)).text();
  ok(exported.split("\r\n").slice(1).filter(Boolean).every((line) => line.includes("00012001400014")), "its exports hold its own rows alone", exported.slice(0, 300));
  await context.close();
}

/* --- languages, paper --- */

async function languages() {
  const context = await browser.newContext({ locale: "fr-FR" });
  const page = await context.newPage();
  await log_in(page, house, "cora");
  await page.goto(`${base}/tenders?open_on=2020-12-31`);
  await page.click(".langs a[lang=en]");
  ok(page.url().includes("/tenders?") && page.url().includes("open_on=2020-12-31"), "changing the language keeps the page and its filters", page.url());
  ok((await page.getAttribute("html", "lang")) === "en" && (await page.textContent("h1")) === "Calls", "… and shows it in English");
  await page.goto(`${base}/members`);
  ok((await page.getAttribute("html", "lang")) === "en", "the choice stays on the next page");
  await page.click(".langs a[lang=fr]");
  ok((await page.getAttribute("html", "lang")) === "fr", "and can be taken back");
  await context.close();
}

async function paper() {
  const context = await browser.newContext({ locale: "fr-FR" });
  const page = await context.newPage();
  await log_in(page, house, "cora");
  await page.goto(base + call);
  await page.emulateMedia({ media: "print" });
  const shown = await page.evaluate(() => [...document.querySelectorAll("nav, .cover, .toolbar, form, .actions, footer.foot, summary")]
    .filter((e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden").map((e) => `${e.tagName}.${e.className}`));
  ok(!shown.length, "a call on paper holds no navigation, button or form", shown.join(" "));
  ok((await page.pdf({ format: "A4" })).length > 10000, "a call prints");
  const letter = await page.request.get(`${base}/paper/grouping.letter?grouping=20-142573-P1`);
  ok(letter.status() === 200 && (await letter.body()).subarray(0, 5).toString() === "%PDF-", "the letter of a grouping is a PDF", String(letter.status()));
  await context.close();
}

/* --- an empty house --- */

async function empty_house() {
  const empty = await open_house({ example: false });
  const context = await browser.newContext({ locale: "fr-FR" });
  const page = await context.newPage();
  await log_in(page, empty, "cora");
  ok((await page.textContent("#main")).includes("Pour commencer"), "an empty database says what to do first");
  for (const path of ["/members", "/members/doubts", "/tenders", "/tenders/links", "/establishments", "/groupings", "/requests", "/jobs"]) {
    const answer = await page.goto(empty.base + path);
    ok(answer.status() === 200 && (await page.locator("main .empty").count()) > 0, `${path} is empty and says so`, String(answer.status()));
  }
  await page.goto(`${empty.base}/do/user/password`);
  await context.close();

  const admin = await browser.newContext({ locale: "fr-FR" });
  const adding = await admin.newPage();
  await log_in(adding, empty, "ada");
  await adding.goto(`${empty.base}/do/user/add`);
  await adding.fill("#f-name", "nina");
  await adding.selectOption("#f-role", "coordinator");
  await Promise.all([adding.waitForNavigation(), adding.click("main .form > .actions button[type=submit]")]);
  const secret = /[a-z0-9]{4}(-[a-z0-9]{4}){3}/.exec(await adding.textContent("main"));
  ok(secret, "a new user's one-time password is shown once", (await adding.textContent("main")).trim().slice(0, 200));
  const fresh = await browser.newContext({ locale: "fr-FR" });
  const first = await fresh.newPage();
  await first.goto(`${empty.base}/login`);
  await first.fill("#name", "nina");
  await first.fill("#password", secret?.[0] || "");
  await Promise.all([first.waitForNavigation(), first.click("main button[type=submit]")]);
  ok(new URL(first.url()).pathname === "/do/user/password", "with it one is asked for a password of one's own", first.url());
  await fresh.close();
  await admin.close();
  await close_house(empty);
}

try {
  await by_keyboard(true);
  await by_keyboard(false);
  await without_javascript();
  await refusals();
  await scopes();
  await languages();
  await paper();
  await empty_house();
} catch (error) {
  ok(false, "the test went to its end", error.stack);
} finally {
  await browser.close();
  await close_house(house);
}
ok(!/Sanitizer|runtime error|page .*: /.test(house.said), "the server complained of nothing", house.said.trim());
done();
