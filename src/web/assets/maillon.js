/* Every page works without this file. It only makes five things nicer:
 *
 *   data-confirm="question"   on a button that destroys: asks before the form leaves
 *   data-refresh="seconds"    on an element with an id: fetches the page again and puts in its place the element of
 *                             the same id; when the new one has no data-refresh the work has ended and the page reloads
 *                             (without JavaScript a meta refresh in <noscript> does this)
 *   data-focus                on a summary of errors: receives the focus when the page opens
 *   data-print, hidden        on a button: appears, and prints
 *   data-entry                on the form of an entry: sums while one types, "=" for what is missing, lines as needed
 */
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".user[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.querySelector(".menu:target")) {
    location.hash = "main";
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".user[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

/* Replaces one part of the page by its newest state. A failed request is tried again, each time a little later:
 * the machine that serves the pages may be restarting. */
function keepFresh(id, delay) {
  window.setTimeout(async () => {
    let part = document.getElementById(id);
    if (document.hidden) return keepFresh(id, delay);
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById(id);
      if (!next || !next.dataset.refresh) return location.reload();
      part.replaceWith(next);
      document.title = page.title;
      keepFresh(id, next.dataset.refresh * 1000);
    } catch {
      if (delay > 60000) return location.reload();
      keepFresh(id, delay * 2);
    }
  }, delay);
}

for (const part of document.querySelectorAll("[id][data-refresh]"))
  keepFresh(part.id, Math.max(1, part.dataset.refresh) * 1000);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

document.querySelector("[data-focus]")?.focus();

/* ---- An entry being typed: its sums, what is missing, more lines ------------------------------------------- */

/* Cents of "1 234,56", "1234.5" or "-3"; 0 of what is no amount. */
function cents(text) {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return /^-?\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

function typeEntry(form) {
  const body = form.querySelector("tbody"), totals = form.querySelector("[data-totals]");
  const difference = totals.querySelector("[data-difference]");
  const language = document.documentElement.lang;
  const show = (value) => (value / 100).toLocaleString(language, { minimumFractionDigits: 2 });
  const sum = (side) => [...body.querySelectorAll(`[data-side=${side}]`)].reduce((all, input) => all + cents(input.value), 0);

  function add() {
    const debit = sum("debit"), credit = sum("credit"), said = difference.dataset;
    totals.querySelector("[data-sum=debit]").textContent = show(debit);
    totals.querySelector("[data-sum=credit]").textContent = show(credit);
    difference.textContent = debit === credit ? (debit ? said.balanced : "")
      : `${debit > credit ? said.missingCredit : said.missingDebit} ${show(Math.abs(debit - credit))}`;
  }

  function grow() {
    const last = body.rows[body.rows.length - 1], index = body.rows.length;
    if (![...last.querySelectorAll("input")].some((input) => input.value)) return;
    const row = last.cloneNode(true);
    for (const error of row.querySelectorAll(".field-error")) error.remove();
    for (const cell of row.querySelectorAll(".bad")) cell.classList.remove("bad");
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.name = input.name.replace(/^lines\.\d+/, `lines.${index}`);
      input.id = `f-${input.name.replaceAll(".", "-")}`;
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    body.append(row);
  }

  body.addEventListener("input", () => { add(); grow(); });
  body.addEventListener("keydown", (event) => {
    const side = event.target.dataset?.side;
    if (event.key !== "=" || !side) return;
    event.preventDefault();
    event.target.value = "";
    const missing = side === "debit" ? sum("credit") - sum("debit") : sum("debit") - sum("credit");
    if (missing > 0) event.target.value = (missing / 100).toFixed(2).replace(".", language === "fr" ? "," : ".");
    add();
    grow();
  });
  totals.hidden = false;
  form.querySelector("[data-hint]").hidden = false;
  form.querySelector("[data-more]").hidden = true;
  add();
}

for (const form of document.querySelectorAll("form[data-entry]")) typeEntry(form);
