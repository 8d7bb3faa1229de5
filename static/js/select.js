// The selection of playlists, or of songs: it survives paging, filters and refreshes for the browser
// session. Shift-click picks a range; the box in the head has three states.
(() => {
  "use strict";

  const KEY = ["catalogsync.selection", document.getElementById("bulkbar")?.dataset.selection].filter(Boolean).join(".");
  let last = null; // id of the box that was clicked last, the start of a range

  function load() {
    try { return new Map(JSON.parse(sessionStorage.getItem(KEY) || "[]")); } catch { return new Map(); }
  }
  const picked = load(); // id → number of songs

  const boxes = () => [...document.querySelectorAll("[data-select]")];
  function set(box, on) {
    if (on) picked.set(box.dataset.select, Number(box.dataset.songs) || 0);
    else picked.delete(box.dataset.select);
  }
  function save() {
    try { sessionStorage.setItem(KEY, JSON.stringify([...picked])); } catch { /* forbidden or full */ }
    show();
  }

  function show() {
    const bar = document.getElementById("bulkbar");
    if (!bar) return;
    const list = boxes();
    for (const box of list) {
      box.checked = picked.has(box.dataset.select);
      box.closest("[data-row]")?.classList.toggle("row-selected", box.checked);
      if (box.checked) picked.set(box.dataset.select, Number(box.dataset.songs) || 0);
    }
    const here = list.filter((box) => box.checked).length;
    const head = document.querySelector("[data-select-page]");
    if (head) {
      head.checked = here > 0 && here === list.length;
      head.indeterminate = here > 0 && here < list.length;
    }
    showBar(bar);
  }

  function showBar(bar) {
    const n = picked.size;
    bar.hidden = n === 0;
    document.body.classList.toggle("has-bulkbar", n > 0);
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const songs = [...picked.values()].reduce((sum, v) => sum + v, 0);
    bar.querySelector("[name=ids]").value = [...picked.keys()].join(",");
    bar.querySelector("[data-bulk-count]").textContent = (n === 1 ? bar.dataset.textOne : bar.dataset.textMany).replace("{n}", number.format(n));
    bar.querySelector("[data-bulk-songs]").textContent = bar.dataset.textSongs.replace("{n}", number.format(songs));
  }

  // click comes after the box has changed, also by keyboard, and knows the shift key.
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-select]");
    if (box) {
      const list = boxes();
      const from = list.findIndex((b) => b.dataset.select === last);
      const to = list.indexOf(box);
      if (event.shiftKey && from >= 0) {
        for (let i = Math.min(from, to); i <= Math.max(from, to); i++) set(list[i], box.checked);
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
    if (event.target.closest?.("[data-bulk-clear]")) {
      picked.clear();
      save();
    }
  });
  document.addEventListener("htmx:after:swap", show);
  show();
})();
