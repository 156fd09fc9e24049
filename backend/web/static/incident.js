/* Page of an incident: loaded again once the incident has changed, unless somebody is writing. */

import { listen } from "./live.js";

const { incident } = document.querySelector("[data-incident]").dataset;
const note = document.querySelector("textarea");

listen(["incidents"], {
  incident: ({ id }) => {
    if (id === incident && !note?.value) location.reload();
  },
});
