/* Keeps the last known pages of incidents for when there is no network, and shows what is pushed. */

const VERSION = new URL(location.href).searchParams.get("version");
const FILES = `files-${VERSION}`;
const PAGES = "pages";
const WAIT_MS = 4000;
const MOST_PAGES = 20;
const OFFLINE = `/static/${VERSION}/offline.html`;
const KEPT = [
  "app.css", "app.js", "session.js", "incident.js", "live.js", "replay.js", "skeleton.js",
  "vendor/socket.io.esm.min.js",
].map((name) => `/static/${VERSION}/${name}`);

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(FILES).then((files) => files.addAll([OFFLINE, ...KEPT])));
});

addEventListener("activate", (event) => {
  event.waitUntil(dropOld().then(() => clients.claim()));
});

async function dropOld() {
  const names = await caches.keys();
  const old = names.filter((name) => name !== FILES && name !== PAGES);
  await Promise.all(old.map((name) => caches.delete(name)));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(event, url));
});

async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && request.url.includes(VERSION)) files.put(request, answer.clone());
  return answer;
}

/* The network's answer, or, where it does not come, the page as it was last known. */
async function page(event, url) {
  const pages = caches.open(PAGES);
  try {
    const answer = await inTime(event.request);
    if (isKept(url, answer)) event.waitUntil(keep(pages, url.href, answer.clone()));
    return answer;
  } catch {
    const known = await lastKnown(url);
    return known ? asOld(known) : caches.match(OFFLINE);
  }
}

/* The time is for the beginning of an answer: it may come slowly. */
async function inTime(request) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), WAIT_MS);
  const answer = await fetch(request, { signal: controller.signal });
  clearTimeout(timer);
  return answer;
}

/* Only pages of incidents: another one would say of a time that is over that all is well. */
function isKept({ pathname }, answer) {
  return /^\/(incidents|answer)\/[^/]+$/.test(pathname) && answer.ok && !answer.redirected;
}

/* Where the pages were forgotten since they were opened, it is kept in what is deleted already: so
 * whoever keeps an answer opens them before it asks. */
async function keep(opening, url, answer) {
  const pages = await opening;
  await pages.delete(url);
  await pages.put(url, answer);
  const kept = await pages.keys();
  await Promise.all(kept.slice(0, -MOST_PAGES).map((old) => pages.delete(old)));
}

/* On the way to the list or to the start it is the incident that was seen last. */
async function lastKnown(url) {
  const pages = await caches.open(PAGES);
  const same = await pages.match(url.href, { ignoreVary: true });
  if (same || !["/", "/incidents"].includes(url.pathname)) return same;
  const newest = (await pages.keys()).at(-1);
  return newest && pages.match(newest);
}

/* It says so itself, before any script of it has looked for the server. */
async function asOld(known) {
  const text = (await known.text()).replace("data-offline hidden", "data-offline");
  return new Response(text, { headers: known.headers });
}

/* What is pushed: {title, body, incident_id, url, answers: [{answer, title}]}. The server says its
 * address as the household has set it; here it may be known by another name. */
addEventListener("push", (event) => {
  const alert = event.data.json();
  alert.url = new URL(new URL(alert.url, location.origin).pathname, location.origin).href;
  event.waitUntil(Promise.all([show(alert), fetchAhead(alert.url)]));
});

function show(alert) {
  const answers = alert.answers ?? [];
  return registration.showNotification(alert.title, {
    body: alert.body,
    tag: alert.incident_id ?? undefined,
    renotify: Boolean(alert.incident_id),
    requireInteraction: answers.length > 0,
    icon: `/static/${VERSION}/icon-192.png`,
    badge: `/static/${VERSION}/badge-96.png`,
    actions: answers.map(({ answer, title }) => ({ action: answer, title })),
    data: alert,
  });
}

/* So that the page is there although the network may be gone when it is opened. */
async function fetchAhead(url) {
  const pages = caches.open(PAGES);
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (isKept(new URL(url), answer)) await keep(pages, url, answer);
  } catch {
    /* There is no network: the notification has said what is known. */
  }
}

addEventListener("notificationclick", (event) => {
  const { action, notification } = event;
  notification.close();
  event.waitUntil(action ? answer(notification.data, action) : open(notification.data.url));
});

async function answer(alert, chosen) {
  const { title } = alert.answers.find((each) => each.answer === chosen);
  try {
    const said = await fetch(alert.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ answer: chosen, way: "push" }),
    });
    if (!said.ok) throw new Error(said.status);
    await registration.showNotification(`✓ ${title}`, { body: alert.title, tag: alert.incident_id });
  } catch {
    await open(alert.url);
  }
}

async function open(url) {
  const [window] = await clients.matchAll({ type: "window" });
  if (!window) return clients.openWindow(url);
  await window.navigate(url);
  return window.focus();
}
