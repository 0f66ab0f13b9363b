"use strict";
// Keeps the part of a page fresh that changes; what did not change stays as it is, with its focus.
addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("now");

  function keepOpen(part) {
    for (const one of place.querySelectorAll("details[id][open]")) {
      const again = part.querySelector(`#${CSS.escape(one.id)}`);
      if (again) again.open = true;
    }
  }

  function show({ part }) {
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    keepOpen(part);
    place.replaceChildren(part);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  async function read(answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector(".live-part");
    return { as_of: part.dataset.asOf, part };
  }

  if (place) {
    huiyin.poll({ url: () => location.pathname + location.search, read, show, every: Number(place.dataset.every) });
  }

  const all = document.querySelector("[data-check-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of all.form.querySelectorAll('[name="letter"]')) box.checked = all.checked;
    });
  }

  // A clipboard is there for pages of https and of this machine alone.
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy], [data-copy-here]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy ?? location.href);
      const told = button.parentElement.querySelector("[data-copied]");
      told.hidden = false;
      setTimeout(() => (told.hidden = true), 2000);
    });
  }
});
