
"use strict";
(() => {
  const form = document.querySelector(".filters");
  const find = document.getElementById("find");
  const outlet = document.getElementById("outlet");
  const language = document.getElementById("language");
  const kind = document.getElementById("kind");
  const found = document.getElementById("found");
  const clear = document.getElementById("clear");
  const none = document.getElementById("none");
  // Parts that are closed at first, unless there is nothing else.
  const folded = [...document.querySelectorAll(".folded")].map(element => ({ element, opened: element.open }));
  const sections = [...document.querySelectorAll("main > section")];
  const threads = [...document.querySelectorAll(".thread")];
  const plain = text => text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase();
  const stories = [...document.querySelectorAll(".story, .brief")].map(element => ({
    element,
    section: element.closest("section"),
    thread: element.closest(".thread"),
    status: element.dataset.status,
    kind: element.dataset.kind,
    outlets: new Set(element.dataset.outlets.split(" ")),
    languages: new Set(element.dataset.languages.split(" ")),
    text: null,
    shown: true,
  }));
  // The other forms of names stand in tooltips.
  const textOf = story => story.text ??= plain([
    story.element.textContent, ...[...story.element.querySelectorAll("abbr")].map(name => name.title),
  ].join("\n"));
  const count = new Intl.NumberFormat("en");
  const countStories = n => `${count.format(n)} ${n === 1 ? "story" : "stories"}`;

  const apply = () => {
    const words = plain(find.value).split(/\s+/).filter(Boolean);
    const status = form.elements.status.value;
    const spoken = language ? language.value : "";
    const chosen = kind ? kind.value : "";
    const filtered = Boolean(words.length || status || outlet.value || spoken || chosen);
    const filled = new Set();
    let shown = 0;
    for (const story of stories) {
      const fits = (!status || story.status === status)
        && (!outlet.value || story.outlets.has(outlet.value))
        && (!spoken || story.languages.has(spoken))
        && (!chosen || story.kind === chosen)
        && words.every(word => textOf(story).includes(word));
      if (fits) { shown += 1; filled.add(story.section).add(story.thread); }
      if (fits !== story.shown) { story.shown = fits; story.element.hidden = !fits; }
    }
    for (const part of [...sections, ...threads]) part.hidden = !filled.has(part);
    for (const part of folded) part.element.open = filtered || part.opened;
    found.textContent = (filtered ? `${count.format(shown)} of ` : "") + countStories(stories.length);
    clear.hidden = !filtered;
    none.hidden = shown > 0 || !stories.length;
  };

  let waiting = 0;
  const soon = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(apply); };
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", event => event.preventDefault());
  form.hidden = false;
  for (const part of folded) part.element.querySelector("summary").addEventListener("click", () => {
    part.opened = !part.element.open;
  });

  // Texts are made ready for the search while nobody waits for it.
  let next = 0;
  const prepare = idle => {
    while (next < stories.length && idle.timeRemaining() > 2) textOf(stories[next++]);
    if (next < stories.length) requestIdleCallback(prepare);
  };
  if ("requestIdleCallback" in window) requestIdleCallback(prepare);

  const scheme = document.getElementById("scheme");
  const root = document.documentElement;
  const isDark = () => (root.dataset.scheme
    ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { scheme.textContent = isDark() ? "Light" : "Dark"; };
  const kept = (value) => {
    try { return value ? localStorage.setItem("scheme", value) : localStorage.getItem("scheme"); } catch { return null; }
  };
  const remembered = kept();
  if (remembered === "dark" || remembered === "light") root.dataset.scheme = remembered;
  scheme.addEventListener("click", () => {
    root.dataset.scheme = isDark() ? "light" : "dark";
    kept(root.dataset.scheme);
    label();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  label();
  scheme.hidden = false;
})();
