"use strict";
// What every page does: say when it is ready, and keep itself fresh where it has something to ask.
const huiyin = {
  EVERY: 2000,
  STALE_AFTER: 3,

  /** The page has its data: tests and readers may go on. */
  ready() {
    document.documentElement.dataset.ready = "";
  },

  signedOut() {
    document.getElementById("signed-out").hidden = false;
  },

  /** A GET of our own origin; throws where there is no success. */
  async ask(url, accept) {
    const headers = { Accept: accept, "Huiyin-Fragment": "1" };
    const answer = await fetch(url, { headers, cache: "no-store" });
    if (answer.status === 401) huiyin.signedOut();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  },

  /** A time as the page's clock shows it: the zone is the page's, never the browser's. */
  wallTime(moment, zone) {
    const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    return shown.format(new Date(moment));
  },

  /**
   * Asks for `url()` every two seconds, one request under way, none while nobody looks; hands the
   * JSON (or what `read` makes of the answer, with `as_of`) to `show`. Fills in the page's live
   * bar: the stamp, the pause button, the stale banner.
   */
  poll({ url, show, every = huiyin.EVERY, read = null }) {
    const bar = document.querySelector("[data-live]");
    const button = bar?.querySelector("[data-pause]");
    const stamp = bar?.querySelector("[data-as-of]");
    const stale = document.getElementById("stale");
    let timer = null, failures = 0, paused = false, busy = false;

    const rests = () => paused || document.hidden;
    const next = () => {
      clearTimeout(timer);
      if (!rests()) timer = setTimeout(once, every);
    };
    async function once() {
      if (busy) return;
      busy = true;
      try {
        const answer = await huiyin.ask(url(), read ? "text/html" : "application/json");
        const data = await (read ? read(answer) : answer.json());
        show(data);
        failures = 0;
        if (stamp && data.as_of) {
          stamp.dateTime = data.as_of;
          stamp.textContent = huiyin.wallTime(data.as_of, document.body.dataset.zone);
        }
        huiyin.ready();
      } catch {
        failures += 1;
      }
      stale.hidden = failures < huiyin.STALE_AFTER;
      busy = false;
      next();
    }
    document.addEventListener("visibilitychange", () => {
      if (rests()) clearTimeout(timer);
      else once();
    });
    button?.addEventListener("click", () => {
      paused = !paused;
      button.setAttribute("aria-pressed", String(paused));
      bar.toggleAttribute("data-paused", paused);
      if (paused) clearTimeout(timer);
      else once();
    });
    once();
    return { now: once };
  },
};
window.huiyin = huiyin;
addEventListener("DOMContentLoaded", () => {
  if (!("waits" in document.documentElement.dataset)) huiyin.ready();
});
