/* Page of an incident: loaded again once the incident has changed, or may have while nobody was
 * there to say so, unless somebody is writing. */

import { isOld } from "./app.js";
import { listen } from "./live.js";

const { incident } = document.querySelector("[data-incident]").dataset;
const note = document.querySelector("textarea");
const reload = () => {
  if (!note?.value) location.reload();
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
