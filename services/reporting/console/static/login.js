"use strict";
// A link from a mail or a chat brings no SameSite=Strict cookie along; a request of this page does.
(async () => {
  const onward = document.querySelector("input[name=next]").value;
  const asked = await fetch("/reporting/console/session", { cache: "no-store" });
  if (asked.ok && (await asked.json()).logged_in) location.replace(onward);
})();
