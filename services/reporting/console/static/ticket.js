"use strict";
// The slider: one request under way, ending at the newest position; the address names what is shown.
addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("slider");
  const range = form.elements.step;
  const place = document.getElementById("position");
  const entries = [...document.querySelectorAll(".timeline > li")];
  let wanted = null;
  let underWay = false;

  function told() {
    const known = document.getElementById("known");
    range.setAttribute("aria-valuetext", `${known.querySelector("time").textContent}, ${known.dataset.says}`);
    const url = new URL(location.href);
    url.searchParams.delete("step");
    url.searchParams.delete("local");
    if (known.dataset.at) url.searchParams.set("at", known.dataset.at);
    else url.searchParams.delete("at");
    history.replaceState(null, "", url);
  }

  function dim(step) {
    for (const entry of entries) entry.classList.toggle("later", Number(entry.dataset.step) > step);
  }

  async function settle() {
    if (underWay) return;
    underWay = true;
    delete document.documentElement.dataset.ready;
    while (wanted !== null) {
      const query = new URLSearchParams(new FormData(form));
      query.set("step", wanted);
      wanted = null;
      try {
        const answer = await huiyin.ask(`${form.dataset.fragment}?${query}`, "text/html");
        place.innerHTML = await answer.text();
        document.getElementById("stale").hidden = true;
        told();
      } catch {
        document.getElementById("stale").hidden = false;
      }
    }
    underWay = false;
    huiyin.ready();
  }

  range.addEventListener("input", () => {
    wanted = range.value;
    dim(Number(range.value));
    settle();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  told();
});
