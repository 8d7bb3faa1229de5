// Keeps fragments up to date. An element with data-poll asks again every so many
// milliseconds; one with data-poll-lazy is asked only while every <details> around it is
// open, at the pace of the nearest data-poll-below. Nothing is asked in a hidden tab,
// while the operator paused, or while a menu or dialog is open. htmx does the requests:
// this file only sends it the event "poll".
(() => {
  "use strict";

  const TICK_MS = 250;
  const LOST_FACTOR = 3; // slower while the console does not answer
  const PACE = "catalogsync.live"; // "paused", or the shortest interval in milliseconds; "" = as the page says

  const due = new WeakMap(); // element → time of its next poll
  const inFlight = new WeakSet();
  let lastAnswer = Date.now();
  let lost = false;
  let pace = "";
  try { pace = localStorage.getItem(PACE) || ""; } catch { /* forbidden */ }

  const isOpen = (element) => !element.closest("details:not([open]), [data-parked]");
  const interval = (element) =>
    Math.max(Number(pace) || 0, Number(element.dataset.poll || element.closest("[data-poll-below]")?.dataset.pollBelow || 10000)) * (lost ? LOST_FACTOR : 1);

  function ask(element) {
    due.set(element, Date.now() + interval(element));
    window.htmx.trigger(element, "poll", {}, false);
  }

  function tick() {
    if (!window.htmx || document.hidden) return;
    const held = pace === "paused" || document.querySelector("dialog[open], details.menu[open]");
    const now = Date.now();
    for (const element of document.querySelectorAll("[data-poll], [data-poll-lazy]")) {
      if (!element.hasAttribute("data-htmx-powered") || inFlight.has(element) || !isOpen(element)) continue;
      const lazy = element.hasAttribute("data-poll-lazy");
      if (!due.has(element)) {
        if (lazy) ask(element); // just opened: load it, even when paused
        else due.set(element, now + interval(element));
      } else if (!held && due.get(element) <= now) {
        ask(element);
      }
    }
  }

  // Everything is asked at the next tick.
  function refresh() {
    for (const element of document.querySelectorAll("[data-poll], [data-poll-lazy]")) {
      if (due.has(element)) due.set(element, 0);
    }
  }

  function setLost(value) {
    lost = value;
    const banner = document.getElementById("banner-lost");
    if (!banner) return;
    banner.hidden = !value;
    banner.querySelector("[data-lost-since]").textContent = new Date(lastAnswer).toLocaleTimeString(document.documentElement.lang);
  }

  const source = (event) => event.detail?.ctx?.sourceElement;

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    const tag = ctx.sourceElement.getAttribute("hx-ptag");
    if (tag && !ctx.request.headers["HX-PTag"]) ctx.request.headers["HX-PTag"] = tag; // the first poll of a page
    if (ctx.sourceElement.matches("form") && ctx.request.method === "GET") {
      for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
    }
  });
  document.addEventListener("htmx:before:request", (event) => { if (source(event)) inFlight.add(source(event)); });
  document.addEventListener("htmx:finally:request", (event) => { if (source(event)) inFlight.delete(source(event)); });
  document.addEventListener("htmx:after:request", (event) => {
    lastAnswer = Date.now();
    if (lost) { setLost(false); refresh(); }
    const element = source(event);
    if (event.detail.ctx.response?.status === 404 && element?.dataset.poll) element.removeAttribute("data-poll");
  });
  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail?.ctx;
    if (ctx && !ctx.response) setLost(true);
  });
  document.addEventListener("changed", refresh); // sent by the server after a pressed button
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

  // Paging inside an opened node: the hidden field is sent with every poll of the node.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-node-step]");
    if (!button) return;
    const node = button.closest("[hx-get]");
    const field = node?.querySelector(".node-page");
    if (!field || !window.htmx) return;
    field.value = String(Number(button.dataset.nodePage) + Number(button.dataset.nodeStep));
    button.disabled = true;
    ask(node);
  });

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-live-set]");
    if (!choice) return;
    const before = pace;
    pace = choice.dataset.liveSet;
    try { localStorage.setItem(PACE, pace); } catch { /* forbidden or full */ }
    choice.closest("details").open = false;
    showPace();
    if (before === "paused" && pace !== "paused") refresh();
  });
  function showPace() {
    document.documentElement.dataset.live = pace === "paused" ? "paused" : "on";
    for (const choice of document.querySelectorAll("[data-live-set]")) choice.setAttribute("aria-pressed", String(choice.dataset.liveSet === pace));
  }

  // Times are written by the browser, so that an unchanged fragment does not go stale.
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  function relative(seconds, format) {
    for (const [unit, size] of steps) {
      if (Math.abs(seconds) >= size || unit === "second") return format.format(Math.trunc(seconds / size), unit);
    }
    return "";
  }
  function showTimes() {
    const lang = document.documentElement.lang;
    const format = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
    for (const element of document.querySelectorAll("time[data-time], time[data-clock], time[data-stamp]")) {
      const at = new Date(element.getAttribute("datetime"));
      if (Number.isNaN(at.getTime())) continue;
      const text = element.hasAttribute("data-stamp") ? at.toLocaleString(lang, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" })
        : element.hasAttribute("data-clock") ? at.toLocaleTimeString(lang, { hour12: false }) : relative((at - Date.now()) / 1000, format);
      if (element.textContent !== text) element.textContent = text;
      element.title = at.toLocaleString(lang, { dateStyle: "medium", timeStyle: "long" });
    }
  }
  function showTitle() {
    const base = document.body.dataset.title;
    const progress = document.querySelector("[data-progress]")?.dataset.progress;
    document.title = progress ? `${progress}% · ${base}` : base;
  }
  // What runs changes by the second. Its place keeps the height that was needed in the last
  // seconds, so that what stands below does not move up and down.
  const HOLD_MS = 8000;
  const held = new WeakMap(); // element → { height, until }
  function holdHeights() {
    for (const element of document.querySelectorAll("[data-hold]")) {
      const height = element.firstElementChild?.offsetHeight || 0;
      const before = held.get(element);
      if (before && height < before.height && Date.now() < before.until) continue;
      held.set(element, { height, until: Date.now() + HOLD_MS });
      element.style.minHeight = `${height}px`;
    }
  }
  function after() { showTimes(); showTitle(); showPace(); holdHeights(); }

  document.addEventListener("htmx:after:swap", after);
  after();
  setInterval(showTimes, 5000);
  setInterval(tick, TICK_MS);
  document.addEventListener("toggle", (event) => { if (event.target.open) tick(); }, true);
})();
