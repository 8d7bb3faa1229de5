// What the operator set for the lists is kept in this browser: the columns that are shown
// and the size of their pages. The columns are hidden by loader.js before the first paint.
(() => {
  "use strict";

  const HIDDEN = "catalogsync.hidden"; // loader.js reads it, too
  const SIZES = "catalogsync.sizes";
  const root = document.documentElement;

  function read(key) { try { return localStorage.getItem(key) || ""; } catch { return ""; } }
  function write(key, value) { try { localStorage.setItem(key, value); } catch { /* forbidden or full */ } }
  const hidden = () => new Set((root.dataset.hidden || "").split(" ").filter(Boolean));

  function showColumns() {
    const gone = hidden();
    for (const box of document.querySelectorAll("[data-column]")) box.checked = !gone.has(box.dataset.column);
  }

  document.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("[data-column]")) {
      const gone = hidden();
      if (target.checked) gone.delete(target.dataset.column);
      else gone.add(target.dataset.column);
      root.dataset.hidden = [...gone].join(" ");
      write(HIDDEN, root.dataset.hidden);
    }
    if (target.matches("select[name=page_size]")) {
      const sizes = sizesKept();
      sizes[location.pathname] = target.value;
      write(SIZES, JSON.stringify(sizes));
    }
  });

  function sizesKept() {
    try { return JSON.parse(read(SIZES) || "{}"); } catch { return {}; }
  }

  // A link to a list as a whole opens it with the size that was last chosen there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.origin !== location.origin || link.search) return;
    const size = sizesKept()[link.pathname];
    if (size) link.search = `page_size=${encodeURIComponent(size)}`;
  }, true);

  document.addEventListener("htmx:after:swap", showColumns);
  showColumns();
})();
