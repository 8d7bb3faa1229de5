// Dialogs of the console: questions before what cannot be taken back, the drawer with the
// raw text of an error, and the legend. While one is open, live.js asks for nothing.
(() => {
  "use strict";

  // Questions -----------------------------------------------------------------

  let answer = null; // what to do with the answer to the open question

  document.addEventListener("htmx:confirm", (event) => {
    const dialog = document.getElementById("confirm");
    const { ctx, issueRequest, dropRequest } = event.detail;
    if (!dialog || !ctx.confirm) return;
    event.preventDefault();
    dialog.querySelector("[data-confirm-text]").textContent = ctx.confirm;
    const yes = dialog.querySelector("[value=yes]");
    const asker = ctx.sourceElement.matches("button") ? ctx.sourceElement : ctx.sourceElement.querySelector("button");
    yes.textContent = asker?.textContent.trim() || yes.dataset.text;
    yes.classList.toggle("btn-danger", Boolean(asker?.matches("[class*=danger]")));
    yes.classList.toggle("btn-primary", !asker?.matches("[class*=danger]"));
    answer = (said) => (said === "yes" ? issueRequest() : dropRequest());
    dialog.returnValue = "";
    dialog.showModal();
  });
  document.getElementById("confirm")?.addEventListener("close", (event) => {
    const then = answer;
    answer = null;
    then?.(event.target.returnValue);
  });

  // The drawer ------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-drawer]");
    const drawer = document.getElementById("drawer");
    if (!opener || !drawer) return;
    drawer.querySelector("h2").textContent = opener.textContent.trim();
    const fill = (name, value) => {
      const part = drawer.querySelector(`[data-drawer-${name}]`);
      part.textContent = value || "";
      part.closest("section").hidden = !value;
    };
    fill("about", opener.dataset.about);
    fill("next", opener.dataset.next);
    fill("raw", opener.dataset.drawer);
    drawer.querySelector("[data-copy]").dataset.copy = opener.dataset.drawer;
    drawer.showModal();
  });

  // A click beside a dialog closes it.
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("dialog[open]:not(#confirm)")) event.target.close();
  });

  // The legend is fetched when it is opened for the first time.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open=legend]") && window.htmx) {
      event.target.closest("dialog[open]")?.close();
      window.htmx.trigger(document.getElementById("legend-states"), "legend", {}, false);
    }
  });

  // Printed pages are light, and show what is folded.
  let theme = "";
  let folded = [];
  addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.bsTheme;
    document.documentElement.dataset.bsTheme = "light";
    folded = [...document.querySelectorAll("main details.fold:not([open])")];
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => {
    document.documentElement.dataset.bsTheme = theme;
    for (const part of folded) part.open = false;
  });
})();
