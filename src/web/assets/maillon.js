/* Every page works without this file. It only makes four things nicer:
 *
 *   data-confirm="question"   on a button that destroys: asks before the form leaves
 *   data-refresh="seconds"    on an element with an id: fetches the page again and puts in its place the element of
 *                             the same id; when the new one has no data-refresh the work has ended and the page reloads
 *                             (without JavaScript a meta refresh in <noscript> does this)
 *   data-focus                on a summary of errors: receives the focus when the page opens
 *   data-print, hidden        on a button: appears, and prints
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
