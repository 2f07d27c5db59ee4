/* What the browser tests share: a fresh database with the shipped example, a server of its own, a browser, TAP lines. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const root = process.env.MAILLON_SOURCE_ROOT || resolve(here, "..", "..");
const program = process.env.MAILLON || join(root, "build", "maillon");
const chromium_path = process.env.CHROMIUM || "/usr/bin/chromium";
export const password = "des mots faciles a retenir";

/* --- TAP --- */

let count = 0, failed = 0;
export function ok(good, name, why) {
  count++;
  if (!good) failed++;
  console.log(`${good ? "ok" : "not ok"} ${count} - ${name}`);
  if (!good && why) for (const line of String(why).split("\n")) console.log(`# ${line}`);
  return good;
}
export function done() {
  console.log(`1..${count}`);
  if (failed) console.log(`# ${failed} of ${count} failed`);
  process.exitCode = failed ? 1 : 0;
}
export function skip_all(why) {
  console.log(`1..0 # SKIP ${why}`);
  process.exit(0);
}

/* --- what must be there --- */

/* Installs what package.json names when any of it is missing. */
export function install() {
  const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  if (Object.keys(dependencies).every((name) => existsSync(join(here, "node_modules", name)))) return;
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: here, encoding: "utf8" });
  if (npm.status === 0) return;
  console.log(`Bail out! npm ci in tests/browser failed: ${(npm.stderr || String(npm.error)).trim().split("\n").pop()}`);
  process.exit(1);
}

export async function tools() {
  if (!existsSync(chromium_path)) skip_all(`no browser at ${chromium_path}`);
  install();
  const { chromium } = await import("playwright-core");
  const { HtmlValidate } = await import("html-validate");
  const axe = readFileSync(join(here, "node_modules", "axe-core", "axe.min.js"), "utf8");
  const browser = await chromium.launch({
    executablePath: chromium_path,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return { browser, axe, HtmlValidate };
}

/* --- a house with its server --- */

function run(house, ...words) {
  const result = spawnSync(program, ["--db", house.db, ...words], { cwd: house.folder, encoding: "utf8",
    env: { ...process.env, MAILLON_DATA: join(root, "data"), MAILLON_DB: "" }, maxBuffer: 64 << 20 });
  if (result.status !== 0) throw new Error(`maillon ${words.join(" ")}: ${result.stderr || result.stdout || result.error}`);
  return result.stdout;
}

function free_port() {
  return new Promise((found, refused) => {
    const probe = createServer();
    probe.on("error", refused);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

async function answers(base) {
  for (let i = 0; i < 100; i++) {
    try {
      if ((await fetch(`${base}/login`)).ok) return;
    } catch { /* not yet */ }
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error("the server does not answer");
}

/* example: the shipped example is in it; otherwise the database is empty. Users: cora coordinates, mehdi is of a member,
 * alma audits, ada administrates. */
export async function open_house({ example = true } = {}) {
  const house = { folder: mkdtempSync(join(tmpdir(), "maillon-browser-")) };
  house.db = join(house.folder, "maillon.db");
  run(house, ...(example ? ["demo", "--no-serve"] : ["init"]));
  run(house, "user", "add", "cora", "--role", "coordinator", "--password", password);
  run(house, "user", "add", "alma", "--role", "auditor", "--password", password);
  run(house, "user", "add", "ada", "--role", "admin", "--password", password);
  if (example) run(house, "user", "add", "mehdi", "--role", "member", "--organisation", "00012001400014", "--password", password);
  const port = await free_port();
  house.base = `http://127.0.0.1:${port}`;
  house.server = spawn(program, ["--db", house.db, "serve", "--listen", `127.0.0.1:${port}`],
    { cwd: house.folder, stdio: ["ignore", "ignore", "pipe"] });
  house.said = "";
  house.server.stderr.on("data", (text) => { house.said += text; });
  await answers(house.base);
  house.run = (...words) => run(house, ...words);
  return house;
}

export async function close_house(house) {
  const ended = new Promise((end) => house.server.once("exit", end));
  house.server.kill("SIGTERM");
  await Promise.race([ended, new Promise((end) => setTimeout(end, 5000))]);
  rmSync(house.folder, { recursive: true, force: true });
}

/* Logs in as a browser would, without one: the cookie to send. */
export async function cookie_of(house, name) {
  const form = await fetch(`${house.base}/login`);
  const visitor = /visitor=([0-9a-f]+)/.exec(form.headers.get("set-cookie"))[1];
  const answer = await fetch(`${house.base}/login`, { method: "POST", redirect: "manual",
    headers: { cookie: `visitor=${visitor}` }, body: new URLSearchParams({ name, password, csrf: visitor }) });
  return `session=${/session=([0-9a-f]+)/.exec(answer.headers.get("set-cookie"))[1]}`;
}

export async function log_in(page, house, name, language) {
  await page.goto(`${house.base}/login${language ? `?lang=${language}` : ""}`);
  await page.fill("#name", name);
  await page.fill("#password", password);
  await Promise.all([page.waitForNavigation(), page.click("main button[type=submit]")]);
}

/* --- the catalogue: what must not be left on a page of the other language --- */

function* entries(po) {
  const unquote = (text) => text.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c === "t" ? "\t" : c));
  let entry = {}, part = null;
  for (const line of `${po}\nmsgid ""`.split("\n")) {
    const start = /^(msgctxt|msgid|msgstr) "(.*)"$/.exec(line), more = /^"(.*)"$/.exec(line);
    if (start) {
      if (start[1] === "msgctxt" || (start[1] === "msgid" && part === "msgstr")) {
        if (entry.msgid && entry.msgstr) yield entry;
        entry = {};
      }
      part = start[1];
      entry[part] = unquote(start[2]);
    } else if (more && part) entry[part] += unquote(more[1]);
  }
}

/* fr, en: map of text to the text of the other language, only where they differ and no text stands in both. */
export function catalogue() {
  const towns = /^(bordeaux|dijon|lille|lyon|marseille|paris|rennes|strasbourg|toulouse)$/; /* also stand in data */
  const files = readdirSync(join(root, "po"), { recursive: true }).filter((name) => name.endsWith(".po"));
  const names = { fr: new Map(), en: new Map() }, sentences = new Map();
  for (const file of files) {
    const language = file.endsWith(".fr.po") ? "fr" : "en";
    for (const { msgctxt, msgid, msgstr } of entries(readFileSync(join(root, "po", file), "utf8")))
      if (msgctxt && towns.test(msgid)) continue;
      else if (msgctxt) names[language].set(msgid, msgstr);
      else if (language === "fr") sentences.set(msgid, msgstr);
  }
  const french = new Set([...sentences.values(), ...names.fr.values()]);
  const english = new Set([...sentences.keys(), ...names.en.values()]);
  const only = (set, other) => new Set([...set].filter((text) => !other.has(text) && /\p{L}/u.test(text) && !text.includes("{0}")));
  return { french: only(french, english), english: only(english, french), names };
}
