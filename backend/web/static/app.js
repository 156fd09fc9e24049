/* What every page does: the service worker, the word that the server is away, and copying. */

import { forget, keepLoggedIn, note } from "./session.js";

const SHOWN_AS_COPIED_MS = 2000;
const HOUSEHOLD = "household";

const [, version] = /\/static\/([^/]+)\//.exec(import.meta.url);

/* It fetches what it keeps: not before the page has all that it needs itself. */
addEventListener("load", () => {
  navigator.serviceWorker?.register(`/service-worker.js?version=${version}`);
});

const offline = document.querySelector("[data-offline]");

/* Whether it comes from what was kept for the time without network. */
export const isOld = !offline.hidden;

export function showOffline(isOffline) {
  offline.hidden = !isOffline;
}

addEventListener("offline", () => showOffline(true));
addEventListener("online", () => (isOld ? location.reload() : showOffline(false)));
if (!navigator.onLine) showOffline(true);

/* A browser looks at one household, in all its tabs: a page of another one shows nothing more of it,
 * and no form of it is sent there. */
const { household } = document.body.dataset;

if (household && !isOld) {
  if (localStorage.getItem(HOUSEHOLD) !== household) {
    globalThis.caches?.delete("pages");
    localStorage.setItem(HOUSEHOLD, household);
  }
  const follow = () => {
    if (localStorage.getItem(HOUSEHOLD) !== household) location.replace("/");
  };
  for (const event of ["storage", "pageshow", "focus"]) addEventListener(event, follow);
}

/* Only a page of https may copy. */
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  const said = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = said; }, SHOWN_AS_COPIED_MS);
});

document.addEventListener("submit", (event) => {
  const isBegin = event.target.matches("[data-begins-session]");
  if (!isBegin && !event.target.matches("[data-log-out]")) return;
  forget();
  if (isBegin) note();
});

if (document.body.matches(".with-navigation, .board")) keepLoggedIn();

/* A form that was sent is not sent again by a second tap. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.ariaBusy === "true") event.preventDefault();
  event.target.ariaBusy = "true";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) form.ariaBusy = null;
});
