"use strict";
// Follows a topic: puts what came on top, a look at a time; what is older makes room.
addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("messages");
  const told = document.getElementById("tail");
  const body = place.querySelector("tbody");
  // Partitions are read side by side: what was recorded a little earlier may come a little later.
  const OVERLAP = 30000;
  let newest = Math.max(0, ...[...body.rows].map((row) => Date.parse(row.dataset.at)));

  function url() {
    const asked = new URLSearchParams(location.search);
    for (const name of ["live", "before", "cursor", "at"]) asked.delete(name);
    if (newest) asked.set("since", new Date(newest - OVERLAP).toISOString());
    return `${location.pathname}?${asked}`;
  }

  async function read(answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector(".live-part");
    return { as_of: part.dataset.asOf, more: "more" in part.dataset, rows: [...part.querySelectorAll("tbody > tr")] };
  }

  function show({ rows, more }) {
    const fresh = rows.filter((row) => !document.getElementById(row.id));
    if (!fresh.length) return;
    body.prepend(...fresh);
    newest = Math.max(newest, ...fresh.map((row) => Date.parse(row.dataset.at)));
    while (body.rows.length > Number(place.dataset.kept)) body.lastElementChild.remove();
    const passedOver = more && fresh.length === rows.length;
    told.textContent = (passedOver ? told.dataset.more : told.dataset.some).replace("{count}", fresh.length);
  }

  huiyin.poll({ url, read, show });
});
