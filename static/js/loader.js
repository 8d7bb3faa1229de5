// Loads the third-party style and scripts from the CDN, or the embedded copies when the
// CDN refuses, has no name, or does not answer in time. The choice is remembered for the
// browser session. Runs before the page is painted; also sets the colour theme.
(() => {
  "use strict";

  const WAIT_MS = 600; // the whole page must be there within a second
  const SHOW_MS = 1000; // an unstyled page is better than none
  const CHOICE = "catalogsync.assets";
  const THEME = "catalogsync.theme";

  const root = document.documentElement;
  const libraries = JSON.parse(document.currentScript.dataset.libraries);
  const appStyle = document.getElementById("app-css");

  // Storage may be forbidden; then nothing is remembered.
  const read = (store, key) => { try { return window[store].getItem(key); } catch { return null; } };
  const write = (store, key, value) => { try { window[store].setItem(key, value); } catch { /* forbidden */ } };

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const applyTheme = () => {
    const chosen = read("localStorage", THEME) || "auto";
    root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    root.dataset.theme = chosen;
  };
  applyTheme();
  root.dataset.hidden = read("localStorage", "catalogsync.hidden") || ""; // columns that the operator does not want
  dark.addEventListener("change", applyTheme);
  document.addEventListener("catalogsync:theme", (event) => {
    write("localStorage", THEME, event.detail);
    applyTheme();
  });

  // A cover that cannot be had leaves the symbol below it to be seen.
  document.addEventListener("error", (event) => {
    if (event.target instanceof HTMLImageElement) event.target.dataset.broken = "";
  }, true);

  root.classList.add("assets-pending");
  const show = () => root.classList.remove("assets-pending");
  setTimeout(show, SHOW_MS);

  async function cdnAnswers() {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), WAIT_MS);
    try {
      await Promise.all(libraries.map(async (library) => {
        const answer = await fetch(library.cdn, {
          integrity: library.integrity, mode: "cors", credentials: "omit", signal: abort.signal,
        });
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        await answer.arrayBuffer();
      }));
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  function add(library, fromCDN) {
    const style = library.kind === "style";
    const element = document.createElement(style ? "link" : "script");
    if (style) element.rel = "stylesheet";
    if (fromCDN) {
      element.integrity = library.integrity;
      element.crossOrigin = "anonymous";
    }
    element[style ? "href" : "src"] = fromCDN ? library.cdn : library.local;
    element.addEventListener("error", () => {
      if (fromCDN) add(library, false);
      else if (style) show();
    });
    if (style) {
      element.addEventListener("load", show);
      appStyle.before(element); // the console's own rules come last
    } else {
      element.async = false; // in the order of the list
      document.head.append(element);
    }
  }

  async function load() {
    let fromCDN = libraries.every((library) => library.cdn) && read("sessionStorage", CHOICE) !== "local";
    if (fromCDN) {
      fromCDN = await cdnAnswers();
      write("sessionStorage", CHOICE, fromCDN ? "cdn" : "local");
    }
    for (const library of libraries) add(library, fromCDN);
  }
  load();
})();
