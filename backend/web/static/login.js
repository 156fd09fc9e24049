/* Whoever has been logged in here this week need not type a password again. */

import { forget, isKnown, refresh } from "./session.js";

const form = document.querySelector("form");
const resuming = document.querySelector("[data-resuming]");

if (form.querySelector("[role=alert]") || !isKnown()) {
  forget(); // again: another tab may have kept a page between the log-out and the session's end
} else {
  form.hidden = true;
  resuming.hidden = false;
  if (await refresh().catch(() => false)) location.replace(form.elements.next.value);
  resuming.hidden = true;
  form.hidden = false;
}
