/* A job, live: what changes of it is asked for again as soon as something is new, and the page once
 * it stands otherwise. */

import { listen } from "./live.js";

const { job, state } = document.querySelector("[data-job]").dataset;
const part = document.getElementById("course");

listen([`training:${job}`], {
  training: (news) => {
    if (news.job.id !== job) return;
    if (news.job.state !== state) location.reload();
    else part?.dispatchEvent(new CustomEvent("refresh"));
  },
});

/* What somebody has unfolded stays so. */
let unfolded = [];
document.addEventListener("htmx:before:swap", () => {
  unfolded = [...part.querySelectorAll("details[open]")].map(({ id }) => id);
});
document.addEventListener("htmx:after:swap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});
