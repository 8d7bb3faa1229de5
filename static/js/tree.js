// Keeps long trees light: what is open but far from the screen is taken out of the page
// and leaves its height behind, so that nothing moves. It comes back, as it was, before it
// can be seen; meanwhile it is not asked for either.
(() => {
  "use strict";

  const NEAR = "800px 0px"; // how far beyond the screen things stay in the page
  const SMALL = 200; // what is lower than this many pixels stays, it weighs nothing
  const parked = new WeakMap(); // element → its content
  const watched = new WeakSet();

  // live.js asks for nothing that is parked.
  function park(children, height) {
    if (parked.has(children) || children.contains(document.activeElement)) return;
    children.dataset.parked = "";
    if (height < SMALL) return;
    const content = document.createDocumentFragment();
    children.style.height = `${height}px`;
    content.append(...children.childNodes);
    parked.set(children, content);
  }

  function bringBack(children) {
    delete children.dataset.parked;
    const content = parked.get(children);
    if (!content) return;
    parked.delete(children);
    children.append(content);
    children.style.height = "";
  }

  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.target.isConnected) continue;
      if (entry.isIntersecting) bringBack(entry.target);
      else park(entry.target, entry.boundingClientRect.height);
    }
  }, { rootMargin: NEAR });

  function watch() {
    for (const children of document.querySelectorAll(".children[data-poll-lazy]")) {
      if (watched.has(children)) continue;
      watched.add(children);
      observer.observe(children);
    }
  }

  // Paper shows everything.
  addEventListener("beforeprint", () => { for (const children of document.querySelectorAll("[data-parked]")) bringBack(children); });
  // An answer that was under way meets the content that it patches.
  document.addEventListener("htmx:before:swap", (event) => {
    const { target } = event.detail.ctx;
    if (target instanceof Element && watched.has(target)) bringBack(target);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    watch();
    const grown = event.detail?.ctx?.target; // it may have left the screen by growing: look again
    if (grown instanceof Element && watched.has(grown)) {
      observer.unobserve(grown);
      observer.observe(grown);
    }
  });
  watch();
})();
