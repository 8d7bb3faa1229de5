// While the operator has rows ticked, a refresh of the list patches the rows that are
// there and leaves their order alone. What a refresh would bring is counted in a note, and
// comes when the operator asks for it or nothing is ticked any more.
(() => {
  "use strict";

  const forced = new WeakSet(); // lists whose next answer is taken as it comes
  const busy = () => document.body.classList.contains("has-bulkbar");
  const rowsOf = (root) => [...root.querySelectorAll("[data-row][id]")];
  const text = (name) => document.body.dataset[name] || "";

  function note(list, fresh) {
    const p = document.createElement("p");
    p.id = `${list.id}-held`;
    p.className = "held-note";
    p.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.dataset.heldRefresh = "";
    const number = new Intl.NumberFormat(document.documentElement.lang).format(fresh);
    button.textContent = fresh ? text("textFresh").replace("{n}", number) : text("textReordered");
    p.append(button);
    return p;
  }

  // hold puts the answer's rows into the order of the page. It tells whether they differed.
  function hold(list, fragment) {
    const shown = rowsOf(list);
    const coming = rowsOf(fragment);
    if (!shown.length || shown.map((r) => r.id).join() === coming.map((r) => r.id).join()) return false;
    const byID = new Map(coming.map((row) => [row.id, row]));
    const known = new Set(shown.map((row) => row.id));
    const fresh = coming.filter((row) => !known.has(row.id)).length;
    const card = fragment.getElementById(list.id);
    const parent = coming[0]?.parentNode;
    if (!card || !parent) return null; // the list became empty: leave what is there
    for (const row of shown) parent.append(byID.get(row.id) ?? row.cloneNode(true));
    for (const row of coming) if (!known.has(row.id)) row.remove();
    card.prepend(note(list, fresh));
    return true;
  }

  function ask(list) {
    forced.add(list);
    list.removeAttribute("hx-ptag");
    if (list._htmx) list._htmx.ptag = "";
    window.htmx.trigger(list, "poll", {}, false);
  }

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const list = ctx.sourceElement;
    if (!list?.matches?.("[data-poll]") || !list.id) return;
    if (!busy() || forced.has(list)) {
      forced.delete(list);
      return;
    }
    for (const task of tasks) {
      if (task.fragment && task.target === list && hold(list, task.fragment) === null) event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-held-refresh]");
    if (button) ask(button.closest("[data-poll]"));
  });

  new MutationObserver(() => {
    if (busy() || !window.htmx) return;
    for (const held of document.querySelectorAll(".held-note")) ask(held.closest("[data-poll]"));
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
})();
