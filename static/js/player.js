// Plays songs of the library. The bar stays while lists are paged and refreshed; on the
// next page it goes on where it was. Nothing here is needed to use the rest of the console.
(() => {
  "use strict";

  const KEY = "catalogsync.player";
  const SAVE_MS = 1000;
  const bar = document.getElementById("player");
  if (!bar) return;
  const audio = bar.querySelector("audio");
  const problem = bar.querySelector("[data-player-problem]");
  let now = null; // { url, title, artists, ext }

  function keep() {
    const state = now && { ...now, at: audio.currentTime, playing: !audio.paused };
    try {
      if (state) sessionStorage.setItem(KEY, JSON.stringify(state));
      else sessionStorage.removeItem(KEY);
    } catch { /* forbidden or full */ }
  }

  // The buttons of the song that is played show that it is.
  function mark() {
    for (const button of document.querySelectorAll("[data-play]")) {
      const on = Boolean(now) && button.dataset.play === now.url && !audio.paused;
      button.setAttribute("aria-pressed", String(on));
      const symbol = button.querySelector("use");
      symbol.setAttribute("href", symbol.getAttribute("href").replace(/#.*/, on ? "#player-pause" : "#player-play"));
      button.closest("[data-row]")?.classList.toggle("row-playing", Boolean(now) && button.dataset.play === now.url);
    }
  }

  function load(song) {
    now = song;
    problem.textContent = "";
    bar.querySelector("[data-player-title]").textContent = song.title;
    bar.querySelector("[data-player-artists]").textContent = song.artists;
    bar.hidden = false;
    document.body.classList.add("has-player");
    audio.src = song.url;
  }

  // A browser may refuse to begin without a click; then the bar just stands ready.
  function play() {
    audio.play().catch(() => mark());
  }

  function close() {
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
    now = null;
    bar.hidden = true;
    document.body.classList.remove("has-player");
    keep();
    mark();
  }

  // What is played is named as the row, or else the page, names it.
  function songOf(button) {
    const name = button.closest("[data-row]")?.querySelector(".name-text");
    return {
      url: button.dataset.play,
      ext: button.dataset.ext,
      title: (name?.querySelector("[data-row-link]") || document.querySelector("h1"))?.textContent || "",
      artists: (name?.querySelector("small") || document.querySelector(".head-meta > span"))?.textContent || "",
    };
  }

  function next() {
    const buttons = [...document.querySelectorAll(".song-list [data-play]")];
    const at = buttons.findIndex((button) => now && button.dataset.play === now.url);
    const button = at < 0 ? null : buttons.slice(at + 1).find((b) => b.dataset.play !== now.url);
    if (!button) return;
    load(songOf(button));
    play();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-play]");
    if (button) {
      if (now?.url !== button.dataset.play || problem.textContent) load(songOf(button));
      if (audio.paused) play();
      else audio.pause();
    } else if (event.target.closest?.("[data-player-close]")) {
      close();
    }
  });

  audio.addEventListener("play", mark);
  audio.addEventListener("pause", () => { keep(); mark(); });
  audio.addEventListener("ended", next);
  audio.addEventListener("error", async () => {
    if (!now) return;
    const song = now;
    let gone = false;
    try { gone = !(await fetch(song.url, { method: "HEAD" })).ok; } catch { gone = true; }
    if (now !== song) return;
    problem.textContent = gone ? bar.dataset.textGone : bar.dataset.textFormat.replace("{ext}", song.ext);
    mark();
  });
  setInterval(() => { if (now && !audio.paused) keep(); }, SAVE_MS);
  addEventListener("pagehide", () => { if (now) keep(); });
  document.addEventListener("htmx:after:swap", mark);

  let before = null;
  try { before = JSON.parse(sessionStorage.getItem(KEY)); } catch { /* not ours */ }
  if (before?.url) {
    load({ url: before.url, title: before.title, artists: before.artists, ext: before.ext });
    audio.addEventListener("loadedmetadata", () => {
      audio.currentTime = before.at || 0;
      if (before.playing) play();
    }, { once: true });
  }
  mark();
})();
