/* Keeps a browser logged in: the access token is good for an hour, the one that brings the next for
 * a week and once. Two pages must not use it at the same time, so that they take turns. */

const REFRESHED = "refreshed_at";
const REFRESH_AFTER_MS = 45 * 60_000;
const LOOK_MS = 60_000;

export function isKnown() {
  return localStorage.getItem(REFRESHED) !== null;
}

/* What is kept for the time without network is nobody else's once this log-in is over, also where
 * it was ended elsewhere. */
export function forget() {
  localStorage.removeItem(REFRESHED);
  sessionStorage.clear();
  globalThis.caches?.delete("pages");
}

export function note() {
  localStorage.setItem(REFRESHED, String(Date.now()));
}

/* True where this browser is logged in afterwards. */
export function refresh(olderThanMs = 0) {
  return navigator.locks ? navigator.locks.request("refresh", () => renew(olderThanMs)) : renew(olderThanMs);
}

async function renew(olderThanMs) {
  const age = Date.now() - Number(localStorage.getItem(REFRESHED));
  if (age < Math.max(olderThanMs, 1000)) return true;
  const answer = await fetch("/auth/refresh", {
    method: "POST",
    keepalive: true, // whoever goes on to another page meanwhile keeps the new token too
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  if (answer.ok) note();
  else if (answer.status === 401) forget();
  return answer.ok;
}

export function keepLoggedIn() {
  const look = () => {
    if (isKnown() && document.visibilityState === "visible") refresh(REFRESH_AFTER_MS).catch(() => {});
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_MS);
  look();
}
