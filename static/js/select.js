// The selection of playlists, or of songs: it survives paging, filters and refreshes for the browser
// session. Shift-click picks a range; the box in the head has three states. "All that match" is held
// by the server under a token; rows that are taken out of it again are told as exceptions.
(() => {
  "use strict";

  const LOOK_MS = 250;
  const KEY = ["catalogsync.selection", document.getElementById("bulkbar")?.dataset.selection].filter(Boolean).join(".");
  let last = null; // id of the box that was clicked last, the start of a range

  // picked: id → number of songs; all: { token, count, text, filter } or null; except: ids out of all;
  // among: ids on this page that all holds, when the list is narrowed otherwise.
  const state = load();
  function load() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) || "{}");
      return { picked: new Map(kept.picked || []), all: kept.all || null, except: new Set(kept.except || []), among: new Set() };
    } catch {
      return { picked: new Map(), all: null, except: new Set(), among: new Set() };
    }
  }
  const bar = () => document.getElementById("bulkbar");
  const boxes = () => [...document.querySelectorAll("[data-select]")];
  const list = () => document.querySelector("[data-filter]");
  const filterHere = () => list()?.dataset.filter ?? "";
  const inAll = (id) => state.all && !state.except.has(id) && (state.all.filter === filterHere() || state.among.has(id));
  const has = (id) => state.picked.has(id) || Boolean(inAll(id));
  const size = () => state.picked.size + (state.all ? Math.max(0, state.all.count - state.except.size) : 0);

  function set(box, on) {
    const id = box.dataset.select;
    const held = state.all && (state.all.filter === filterHere() || state.among.has(id));
    if (held) {
      state.picked.delete(id);
      if (on) state.except.delete(id);
      else state.except.add(id);
    } else if (on) {
      state.picked.set(id, Number(box.dataset.songs) || 0);
    } else {
      state.picked.delete(id);
    }
  }
  function clear() {
    state.picked.clear();
    state.except.clear();
    state.among.clear();
    state.all = null;
  }
  function save() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ picked: [...state.picked], all: state.all, except: [...state.except] }));
    } catch { /* forbidden or full */ }
    show();
    lookSoon();
  }

  function show() {
    if (!bar()) return;
    const rows = boxes();
    for (const box of rows) {
      box.checked = has(box.dataset.select);
      box.closest("[data-row]")?.classList.toggle("row-selected", box.checked);
      if (state.picked.has(box.dataset.select)) state.picked.set(box.dataset.select, Number(box.dataset.songs) || 0);
    }
    const here = rows.filter((box) => box.checked).length;
    const head = document.querySelector("[data-select-page]");
    if (head) {
      head.checked = here > 0 && here === rows.length;
      head.indeterminate = here > 0 && here < rows.length;
    }
    showBar(here === rows.length && here > 0);
  }

  const number = () => new Intl.NumberFormat(document.documentElement.lang);

  function showBar(wholePage) {
    const form = bar();
    const n = size();
    const text = form.dataset;
    form.classList.toggle("bulkbar-empty", n === 0);
    document.body.classList.toggle("has-bulkbar", n > 0);
    form.querySelector("[name=ids]").value = [...state.picked.keys()].join(",");
    form.querySelector("[name=token]").value = state.all?.token ?? "";
    form.querySelector("[name=except]").value = [...state.except].join(",");
    const words = n === 0 ? text.textNothing : state.all ? (state.all.text ? text.textAll : text.textEvery) : n === 1 ? text.textOne : text.textMany;
    form.querySelector("[data-bulk-count]").textContent = words.replace("{n}", number().format(n)).replace("{filter}", state.all?.text ?? "");
    form.querySelector("[data-bulk-clear]").hidden = n === 0;
    if (n > 0 && form.querySelector("[data-bulk]")?.title === text.textNothing) refuse({});
    if (n === 0) {
      form.querySelector("[data-bulk-songs]").textContent = "";
      form.querySelector("[data-bulk-bytes]").textContent = "";
      refuse(null);
    }
    const offer = form.querySelector("[data-bulk-all]");
    const total = Number(list()?.dataset.total || 0);
    offer.hidden = !(wholePage && total > boxes().length && state.all?.filter !== filterHere());
    offer.textContent = text.textOffer.replace("{n}", number().format(total) + (list()?.dataset.atLeast ? "+" : ""));
  }

  // refuse greys the actions that cannot apply, with the reason; null = nothing is selected.
  function refuse(reasons) {
    for (const button of bar().querySelectorAll("[data-bulk]")) {
      const why = reasons === null ? bar().dataset.textNothing : reasons[button.dataset.bulk] || "";
      if (why) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
      button.title = why;
    }
  }

  // Looking: the server tells what the selection comes to --------------------------------

  let timer = 0;
  let asked = 0;
  function lookSoon() {
    clearTimeout(timer);
    if (bar() && size() > 0) timer = setTimeout(look, LOOK_MS);
  }
  async function ask(url, fields) {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }
  async function look() {
    const turn = ++asked;
    const form = bar();
    const fields = { ids: form.querySelector("[name=ids]").value, token: form.querySelector("[name=token]").value, except: form.querySelector("[name=except]").value };
    if (state.all && state.all.filter !== filterHere()) fields.page = boxes().map((box) => box.dataset.select).join(",");
    let answer;
    try {
      answer = await ask(form.dataset.lookUrl, fields);
    } catch {
      return; // the bar tells the number; the rest comes with the next look
    }
    if (turn !== asked) return;
    if (answer.gone) {
      clear();
      save();
      form.querySelector("[data-bulk-count]").textContent = form.dataset.textGone;
      return;
    }
    if (fields.page !== undefined) {
      state.among = new Set((answer.among || []).map(String));
      show();
    }
    form.querySelector("[data-bulk-songs]").textContent = answer.songs;
    form.querySelector("[data-bulk-bytes]").textContent = answer.bytes;
    refuse(answer.refused || {});
  }

  async function selectAll() {
    const filter = filterHere();
    let kept;
    try {
      kept = await ask(bar().dataset.keepUrl, filter);
    } catch {
      document.dispatchEvent(new CustomEvent("catalogsync:say", { detail: document.body.dataset.textFailed }));
      return;
    }
    if (kept.refused) {
      document.dispatchEvent(new CustomEvent("catalogsync:say", { detail: kept.refused }));
      return;
    }
    state.picked.clear(); // what was named before stays only by what matches
    state.except.clear();
    state.all = { token: kept.token, count: kept.count, text: kept.text, filter };
    save();
  }

  // click comes after the box has changed, also by keyboard, and knows the shift key.
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-select]");
    if (box) {
      const rows = boxes();
      const from = rows.findIndex((b) => b.dataset.select === last);
      const to = rows.indexOf(box);
      if (event.shiftKey && from >= 0) {
        for (let i = Math.min(from, to); i <= Math.max(from, to); i++) set(rows[i], box.checked);
      } else {
        set(box, box.checked);
      }
      last = box.dataset.select;
      save();
      return;
    }
    const head = event.target.closest?.("[data-select-page]");
    if (head) {
      for (const b of boxes()) set(b, head.checked);
      save();
      return;
    }
    if (event.target.closest?.("[data-bulk-all]")) selectAll();
    if (event.target.closest?.("[data-bulk-clear]")) {
      clear();
      save();
    }
    if (event.target.closest?.("[data-dialog-close]")) event.target.closest("dialog").close();
  });

  // A rehearsal opens by itself, and tells the token that its numbers are of.
  function openDialog() {
    const dialog = document.querySelector("dialog[data-show]");
    if (!dialog) return;
    dialog.removeAttribute("data-show");
    if (dialog.dataset.token && state.all && dialog.dataset.token !== state.all.token) {
      state.all = { ...state.all, token: dialog.dataset.token, count: Number(dialog.dataset.count) };
      save();
    }
    if (!dialog.open) dialog.showModal();
  }
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.response?.status === 200) ctx.sourceElement?.closest?.("[data-dialog-ends]")?.closest("dialog")?.close();
  });
  document.addEventListener("htmx:after:swap", () => {
    openDialog();
    show();
    if (state.all && state.all.filter !== filterHere()) lookSoon();
  });
  document.addEventListener("changed", lookSoon); // a pressed button changed what can be done next
  show();
  lookSoon();
})();
