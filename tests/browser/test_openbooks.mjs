/* The published folder, opened as files without a server or a network: both languages, three widths, valid, without a violation
 * that axe finds, without JavaScript, on paper; and the same content inside the program for whoever reads. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { close_house, done, log_in, ok, open_house, tools } from "./house.mjs";

const { browser, axe, HtmlValidate } = await tools();
const house = await open_house();
const site = join(house.folder, "openbooks");
const validator = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: { "long-title": "off", "no-trailing-whitespace": "off", "prefer-native-element": "off", "no-redundant-role": "off",
    "tel-non-breaking": "off", "no-inline-style": "error", "require-sri": "off" },
});

const pages = ["index.html", "fr/index.html", "en/index.html", "fr/2023.html", "en/2023.html"];
const address = (path) => pathToFileURL(join(site, path)).href;

function html_faults(html) {
  return validator.validateStringSync(html).results.flatMap((result) => result.messages)
    .filter((message) => message.severity === 2).map((message) => `${message.ruleId}, line ${message.line}: ${message.message}`);
}

async function axe_faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    axe.run(document, { preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].target.join(" ")}`);
}

/* --- as files --- */

const offline = await browser.newContext({ offline: true });
const page = await offline.newPage(), asked = [], noise = [];
page.on("request", (request) => asked.push(request.url()));
page.on("console", (message) => { if (message.type() === "error") noise.push(message.text()); });

for (const path of pages) {
  const faults = [];
  for (const scheme of ["light", "dark"])
    for (const width of [320, 375, 1280]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(address(path));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) faults.push(`${width} px: scrolls sideways by ${over}`);
      faults.push(...(await axe_faults(page)).map((fault) => `${scheme}, ${width} px: ${fault}`));
      const drawn = await page.evaluate(() => [...document.querySelectorAll("svg.flow")].filter((svg) => svg.getBoundingClientRect().height > 100).length);
      if (path !== "index.html" && drawn !== 2) faults.push(`${width} px: ${drawn} pictures are shown`);
    }
  faults.push(...html_faults(readFileSync(join(site, path), "utf8")));
  ok(!faults.length, `file ${path}`, [...new Set(faults)].slice(0, 12).join("\n"));
}
ok(asked.every((url) => url.startsWith("file:")) && !noise.length, "nothing is asked of a network", [...asked.filter((url) => !url.startsWith("file:")), ...noise].join("\n"));

/* Text never leaves its picture, and two labels never stand on each other. */
await page.emulateMedia({ colorScheme: "light" });
for (const [path, width] of [["fr/2023.html", 1280], ["en/2023.html", 1280], ["fr/2023.html", 375], ["en/2023.html", 375]]) {
  await page.setViewportSize({ width, height: 900 });
  await page.goto(address(path));
  const faults = await page.evaluate(() => {
    const found = [];
    for (const svg of document.querySelectorAll("svg.flow")) {
      const frame = svg.getBoundingClientRect();
      if (!frame.height) continue;
      const boxes = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
      for (const [text, box] of boxes) {
        if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) found.push(`outside: ${text}`);
        for (const [other, place] of boxes)
          if (other !== text && box.left < place.right - 1 && place.left < box.right - 1 && box.top < place.bottom - 4 && place.top < box.bottom - 4) found.push(`${text} over ${other}`);
      }
    }
    return found;
  });
  ok(!faults.length, `labels of the pictures, ${path} at ${width} px`, faults.join("\n"));
}

/* What is shown adds up, as read on the page; every picture's amount stands in a table too. */
for (const language of ["fr", "en"]) {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(address(`${language}/2023.html`));
  const faults = await page.evaluate(() => {
    const found = [], shown = (data) => Number(data.textContent.replace(/[^\d−]/g, "").replace("−", "-"));
    for (const table of [...document.querySelectorAll("table.euro")]) {
      const parts = [...table.querySelectorAll("tbody td:last-child data")].reduce((sum, data) => sum + shown(data), 0);
      const total = shown(table.querySelector("tfoot td:last-child data"));
      if (parts !== total) found.push(`${parts} is not ${total}`);
    }
    const texts = new Set([...document.querySelectorAll("data")].map((data) => data.textContent));
    for (const amount of document.querySelectorAll("svg.wide .amount")) if (!texts.has(amount.textContent)) found.push(`only in a picture: ${amount.textContent}`);
    return found;
  });
  ok(!faults.length, `what is shown adds up, ${language}`, faults.join("\n"));
}

/* From the cover to a year, to the other language and back, by its links alone, without JavaScript. */
const plain = await browser.newContext({ javaScriptEnabled: false, offline: true });
const walker = await plain.newPage();
await walker.goto(address("index.html"));
await walker.click("a[hreflang=en]");
ok((await walker.textContent("h1")).includes("Where the money goes"), "cover to English, without JavaScript");
await walker.click(".langs a[lang=fr]");
ok((await walker.textContent("h1")).includes("Où va l’argent"), "English to French, without JavaScript");
await walker.click("a.brand");
ok(walker.url().endsWith("/openbooks/index.html"), "back to the cover");
await plain.close();

/* On paper: the pictures are there, what leads elsewhere is not; small counts are hidden there too. */
await page.goto(address("fr/2023.html"));
await page.emulateMedia({ media: "print" });
const paper = await page.evaluate(() => ({
  wide: [...document.querySelectorAll("svg.wide")].every((svg) => svg.getBoundingClientRect().height > 0),
  menu: getComputedStyle(document.querySelector(".cover")).display,
  secret: [...document.querySelectorAll(".secret")].every((data) => data.textContent === "masqué" && data.value === ""),
  secrets: document.querySelectorAll(".secret").length,
  owner: document.querySelector(".owner").getBoundingClientRect().height > 0,
}));
ok(paper.wide && paper.menu === "none" && paper.owner, "on paper", JSON.stringify(paper));
ok(paper.secret && paper.secrets >= 2, "small counts are hidden", JSON.stringify(paper));
ok((await page.pdf({ format: "A4", preferCSSPageSize: true })).length > 20000, "a PDF comes out");
const names = readdirSync(site, { recursive: true }).map(String);
ok(!names.some((name) => name.endsWith(".js")), "no script in the folder", names.join(" "));
await offline.close();

/* --- inside the program --- */

for (const [name, language] of [["", "fr"], ["", "en"], ["cora", "fr"], ["mehdi", "en"], ["alma", "fr"]]) {
  const context = await browser.newContext({ locale: language === "fr" ? "fr-FR" : "en-GB" });
  const inside = await context.newPage(), faults = [];
  if (name) await log_in(inside, house, name, language);
  else await inside.goto(`${house.base}/login?lang=${language}`);
  for (const path of ["/openbooks", "/openbooks/2023"])
    for (const width of [320, 1280]) {
      await inside.setViewportSize({ width, height: 900 });
      const answer = await inside.goto(house.base + path);
      if (answer.status() !== 200) faults.push(`${path}: ${answer.status()}`);
      const over = await inside.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) faults.push(`${path}, ${width} px: scrolls sideways by ${over}`);
      faults.push(...(await axe_faults(inside)).map((fault) => `${path}, ${width} px: ${fault}`), ...html_faults(await answer.text()));
      const figure = await inside.evaluate(() => document.querySelector('[data-figure="2023.use.detention_pay"]')?.value);
      if (figure !== "18093547") faults.push(`${path}: ${figure}`);
    }
  const form = await inside.goto(`${house.base}/openbooks`).then(() => inside.locator('form[action*="openbooks"]').count());
  if ((form > 0) !== (name === "cora")) faults.push(`the form to publish: ${form}`);
  ok(!faults.length, `/openbooks for ${name || "the public"}, ${language}`, [...new Set(faults)].slice(0, 12).join("\n"));
  await context.close();
}

await browser.close();
await close_house(house);
done();
