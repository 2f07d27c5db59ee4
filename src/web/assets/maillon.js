/* Every page works without this file. It only makes seven things nicer:
 *
 *   data-confirm="question"   on a button that destroys: asks before the form leaves
 *   data-refresh="seconds"    on an element with an id: fetches the page again and puts in its place the element of
 *                             the same id; when the new one has no data-refresh the work has ended and the page reloads
 *                             (without JavaScript a meta refresh in <noscript> does this)
 *   data-focus                on a summary of errors: receives the focus when the page opens
 *   data-print, hidden        on a button: appears, and prints
 *   data-entry                on the form of an entry: sums while one types, "=" for what is missing, lines as needed
 *   data-tablet               on the form of the tablet: + and − count without asking the server
 *   data-order                on the form of an order: Enter goes on, products and what is free are seen, lines as needed
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

/* ---- An order being typed from paper: whose it is, what is free, the running total ------------------------- */

async function ask(view, params) {
  const answer = await fetch(`/api/view/${view}?${new URLSearchParams(params)}`, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

/* "101x2r" in the first box, or 101 and 2 in two boxes. */
function orderLine(row) {
  const found = /^(\d+)(?:[xX*](\d+))?([rR]?)$/.exec(row.querySelector("[data-code]").value.trim());
  const units = row.querySelector("[data-units]").value.trim();
  return found && { code: Number(found[1]), units: Number(units || found[2] || 1), whole: Boolean(found[2] || found[3]) };
}

/* The reference in what a scanner sends, or as it was typed: KFT-PWXC. */
function personReference(text) {
  const typed = text.trim().toUpperCase(), scanned = /^M1\.([A-Z0-9]{7})\.[A-Z0-9]+$/.exec(typed);
  const signs = (scanned ? scanned[1] : typed).replace(/[\s-]/g, "");
  return /^[A-Z0-9]{7}$/.test(signs) ? `${signs.slice(0, 3)}-${signs.slice(3)}` : typed;
}

function typeOrder(form) {
  const body = form.querySelector("tbody"), totals = form.querySelector("[data-totals]"), hint = form.querySelector("[data-hint]");
  const who = form.querySelector("[data-person]"), left = form.querySelector("[data-left]"), whom = form.querySelector("[name=whom]");
  const turn = { prison: form.querySelector("[name=establishment]").value, cycle: form.querySelector("[name=cycle]").value };
  const language = document.documentElement.lang;
  const show = (value) => (value / 100).toLocaleString(language, { style: "currency", currency: "EUR" });
  let products = null, person = null, most = new Map(), asked = "";

  function total() {
    let all = 0;
    for (const row of body.rows) {
      const line = orderLine(row), product = line && products?.get(line.code), empty = !row.querySelector("[data-code]").value.trim();
      const amount = product ? product.price * line.units : 0;
      const bound = product && most.has(line.code) ? ` · ${who.dataset.most} ${most.get(line.code)}` : "";
      row.querySelector("[data-name]").textContent = product ? product.name + bound : empty || !products ? "" : hint.dataset.unknown;
      row.querySelector("[data-sum]").textContent = product ? show(amount) : "";
      all += amount;
    }
    form.querySelector("[data-total]").textContent = show(all);
    const free = person ? person.still_free + (person.ordered_before || 0) : null;
    const over = [[free, left.dataset.over], [person?.order_limit ?? null, left.dataset.overLimit],
      [person?.week_limit == null ? null : person.week_limit - person.week_spent, left.dataset.overWeek]]
      .find(([bound]) => bound !== null && all > bound);
    left.textContent = over ? `${over[1]} ${show(all - over[0])}` : "";
    totals.classList.toggle("over", Boolean(over));
  }

  function showPerson() {
    const said = who.dataset, facts = [];
    if (person) {
      facts.push(`${person.reference} ${person.wing} ${person.cell}`.trim(), `${show(person.still_free)} ${said.free}`);
      if (person.order_limit != null) facts.push(`${show(person.order_limit)} ${said.limit}`);
      if (person.week_limit != null) facts.push(`${show(person.week_limit - person.week_spent)} ${said.week}`);
      if (person.only_protected) facts.push(said.restricted);
      if (person.stay_state === "absent") facts.push(said.absent);
      if (person.ordered_before) facts.push(`${said.before} ${show(person.ordered_before)}`);
    } else if (asked) {
      facts.push(said.unknown);
    }
    who.textContent = facts.join(" · ");
  }

  async function readPerson() {
    const reference = personReference(whom.value);
    if (reference === asked) return;
    asked = reference;
    const [found, limits] = reference ? await Promise.all([ask("form.person", { ...turn, whom: reference }),
      ask("form.unit_limits", { prison: turn.prison, whom: reference })]) : [null, null];
    if (reference !== asked) return; /* another was typed meanwhile */
    person = found;
    most = new Map((limits?.rows || []).map((limit) => [limit.code, limit.most]));
    showPerson();
    total();
  }

  function grow() {
    const last = body.rows[body.rows.length - 1], index = body.rows.length;
    if (!last.querySelector("[data-code]").value) return;
    const row = last.cloneNode(true);
    for (const error of row.querySelectorAll(".field-error")) error.remove();
    for (const cell of row.querySelectorAll(".bad")) cell.classList.remove("bad");
    for (const cell of row.querySelectorAll("[data-name], [data-sum]")) cell.textContent = "";
    for (const input of row.querySelectorAll("input")) {
      if (input.type === "checkbox") input.checked = false;
      else input.value = "";
      input.name = input.name.replace(/^lines\.\d+/, `lines.${index}`);
      input.id = `f-${input.name.replaceAll(".", "-")}`;
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    body.append(row);
  }

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type === "submit") return;
    const row = event.target.closest("tbody tr"), next = row?.nextElementSibling;
    let goes = null;
    if (event.target === whom) goes = body.querySelector("[data-code]");
    else if (event.target.matches?.("[data-code]") && event.target.value.trim())
      goes = orderLine(row)?.whole ? next?.querySelector("[data-code]") : row.querySelector("[data-units]");
    else if (event.target.matches?.("[data-units]")) goes = next?.querySelector("[data-code]");
    if (!goes) return; /* an empty line, or a field below: the form is sent */
    event.preventDefault();
    goes.focus();
  });
  body.addEventListener("input", () => { grow(); total(); });
  whom.addEventListener("change", readPerson);
  whom.addEventListener("blur", readPerson);
  ask("form.products", turn).then((answer) => {
    products = new Map((answer?.rows || []).map((product) => [product.code, product]));
    total();
  });
  totals.hidden = hint.hidden = false;
  form.querySelector("[data-more]").hidden = true;
  grow();
  if (whom.value) readPerson();
  const wrong = form.querySelector("[aria-invalid]");
  if (wrong) wrong.focus();
  else whom.focus();
}

for (const form of document.querySelectorAll("form[data-order]")) typeOrder(form);

/* ---- The tablet: + and − ------------------------------------------------------------------------------------ */

function countOnTablet(form) {
  const language = document.documentElement.lang, bar = form.querySelector(".kiosk-total");
  const show = (value) => (value / 100).toLocaleString(language, { style: "currency", currency: "EUR" });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=plus], button[name=minus]"), item = button?.closest("li");
    if (!item) return;
    event.preventDefault();
    const input = item.querySelector("input[type=hidden]"), most = Number(item.dataset.most || 99);
    const units = Math.max(0, Math.min(most, Number(input.value) + (button.name === "plus" ? 1 : -1)));
    input.value = item.querySelector("output").value = units;
    item.classList.toggle("chosen", units > 0);
    const total = [...form.querySelectorAll("li[data-cents]")]
      .reduce((all, one) => all + Number(one.dataset.cents) * Number(one.querySelector("input[type=hidden]").value), 0);
    bar.querySelector("[data-total]").textContent = show(total);
    bar.classList.toggle("over", total > Number(bar.dataset.free));
  });
}

/* Whoever left without a word: the page empties itself when its session has ended. */
function leaveWhenIdle(seconds) {
  let timer;
  const again = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => location.replace("/tablet"), seconds * 1000);
  };
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, again);
  again();
}

if (document.body.dataset.idle) leaveWhenIdle(Number(document.body.dataset.idle));

for (const form of document.querySelectorAll("form[data-tablet]")) countOnTablet(form);
