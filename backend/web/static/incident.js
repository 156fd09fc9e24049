/* Page of an incident: loaded again once the incident has changed, or may have while nobody was
 * there to say so, unless somebody is writing, or has what was not kept. */

import { isOld } from "./app.js";
import { listen } from "./live.js";

const { incident } = document.querySelector("[data-incident]").dataset;
const isWriting = () =>
  [...document.querySelectorAll("textarea")].some(
    (it) => it.value !== it.defaultValue || "draft" in it.dataset,
  );
const reload = () => {
  if (!isWriting()) location.replace(`/incidents/${incident}`);
};
let wasAway = isOld;

listen(
  ["incidents"],
  {
    incident: ({ id }) => {
      if (id === incident) reload();
    },
  },
  () => {
    if (wasAway) reload();
    wasAway = true;
  },
);
