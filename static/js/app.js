// Small behaviour of the console: toasts, downloads, pending exports, menus, keyboard.
(() => {
  "use strict";

  const TOAST_MS = 9000;
  const UNDO_MS = 30000; // long enough to think of it
  const text = (name) => document.body.dataset[name] || "";

  // Toasts ------------------------------------------------------------------

  function leave(card) {
    let timer = 0;
    const start = () => { timer = setTimeout(() => card.remove(), card.hasAttribute("data-undo") ? UNDO_MS : TOAST_MS); };
    const stop = () => clearTimeout(timer);
    card.addEventListener("pointerenter", stop);
    card.addEventListener("pointerleave", start);
    card.addEventListener("focusin", stop);
    card.addEventListener("focusout", start);
    start();
  }

  function adoptToasts() {
    for (const card of document.querySelectorAll("#toasts > .toast-card:not([data-seen])")) {
      card.dataset.seen = "1";
      if (!card.matches(".toast-danger, .toast-warning")) leave(card);
      if (card.dataset.download) download(card.dataset.download);
    }
  }

  function say(message, kind = "danger") {
    const card = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    card.classList.add(`toast-${kind}`);
    card.querySelector(".toast-body").textContent = message;
    document.getElementById("toasts").append(card);
    leave(card);
    card.dataset.seen = "1";
  }

  document.addEventListener("catalogsync:say", (event) => say(event.detail, "warning"));

  function download(url) {
    const link = document.createElement("a");
    link.href = url;
    link.download = "";
    document.body.append(link);
    link.click();
    link.remove();
  }

  // Menus and small controls --------------------------------------------------

  function closeMenus(but) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== but) menu.open = false;
  }

  async function copy(value, button) {
    try {
      await navigator.clipboard.writeText(value);
      say(text("textCopied"), "success");
    } catch {
      // No clipboard without https: select the text instead, so that the operator can copy it.
      const code = button.previousElementSibling;
      if (code) window.getSelection().selectAllChildren(code);
    }
  }

  // A button that does not apply now keeps its place and the focus, and says why.
  document.addEventListener("click", (event) => {
    const refused = event.target.closest("button[aria-disabled=true]");
    if (!refused) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (refused.title) say(refused.title, "info");
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target;
    closeMenus(target.closest("details.menu"));
    const close = target.closest("[data-close]");
    if (close) {
      close.closest(".toast-card")?.remove();
    }
    const theme = target.closest("[data-theme-set]");
    if (theme) {
      document.dispatchEvent(new CustomEvent("catalogsync:theme", { detail: theme.dataset.themeSet }));
      closeMenus(null);
    }
    const opener = target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    const toggler = target.closest("[data-toggle-class]");
    if (toggler) {
      const on = toggler.closest("form, section").classList.toggle(toggler.dataset.toggleClass);
      toggler.setAttribute("aria-expanded", String(on));
    }
    const copier = target.closest("[data-copy]");
    if (copier) copy(copier.dataset.copy, copier);
  });

  function showDependent(select) {
    const [id, value] = select.dataset.shows.split(":");
    const part = document.getElementById(id);
    if (part) part.hidden = select.value !== value;
  }
  document.addEventListener("change", async (event) => {
    if (event.target.matches("[data-shows]")) showDependent(event.target);
    if (event.target.matches("[data-read-into]") && event.target.files[0]) {
      const into = document.getElementById(event.target.dataset.readInto);
      into.value = await event.target.files[0].text();
      event.target.value = "";
      into.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  // Keyboard ------------------------------------------------------------------

  const typing = (element) => element?.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

  function moveRow(step) {
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement?.closest?.("[data-row]"));
    const row = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    const link = row.querySelector("[data-row-link], a, summary, button");
    if (link) {
      link.focus();
    } else {
      row.tabIndex = -1;
      row.focus();
    }
    row.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeMenus(null);
      if (typing(document.activeElement)) document.activeElement.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const search = document.querySelector("input[type=search]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "j" || event.key === "k") {
      moveRow(event.key === "j" ? 1 : -1);
    } else if (event.key === "x") {
      document.activeElement?.closest?.("[data-row]")?.querySelector("[data-select]")?.click();
    } else if (event.key === "?") {
      document.getElementById("help")?.showModal();
    }
  });

  // htmx ----------------------------------------------------------------------

  document.addEventListener("htmx:after:swap", adoptToasts);
  // Not before the answer is shown: of an element that is gone nothing is swapped.
  document.addEventListener("htmx:finally:request", (event) => {
    const ctx = event.detail?.ctx;
    if (ctx?.response?.status === 200) ctx.sourceElement?.closest?.("[data-toast-ends]")?.closest(".toast-card")?.remove();
  });
  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail?.ctx;
    if (ctx && !ctx.response && ctx.request?.method !== "GET") say(text("textOffline"));
  });
  for (const select of document.querySelectorAll("[data-shows]")) showDependent(select);
  // Where tabs do not fit, the present one is brought into sight.
  for (const tab of document.querySelectorAll(".topnav [aria-current], .tabs [aria-current]")) {
    const row = tab.parentElement;
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
})();
