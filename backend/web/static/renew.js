/* What page Now says, again from the server. What is the same is left alone, so that no screen reader
 * reads it a second time and no focus is lost: only its times go on. */

const ADDRESS = "/now";

let isAsking = false;
let isAskedAgain = false;

export async function renew() {
  isAskedAgain = true;
  if (isAsking) return;
  isAsking = true;
  while (isAskedAgain) {
    isAskedAgain = false;
    await ask().catch(() => {}); // without network: that is said elsewhere
  }
  isAsking = false;
}

async function ask() {
  const answer = await fetch(ADDRESS, { headers: { Accept: "text/html" } });
  if (answer.redirected) location.reload(); // the session is over
  if (!answer.ok || answer.redirected) return;
  const shown = partsOf(document);
  const news = partsOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
  const isSame = news.size === shown.size && [...news.keys()].every((name) => shown.has(name));
  if (!isSame) location.reload(); // there are other cameras
  else news.forEach((part, name) => show(shown.get(name), part));
}

function partsOf(root) {
  const found = [...root.querySelectorAll("[data-part]")];
  return new Map(found.map((part) => [part.dataset.part, part]));
}

function show(shown, part) {
  if (untimed(shown) === untimed(part)) tick(shown, part);
  else replace(shown, part);
}

function untimed(part) {
  const copy = part.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.remove();
  return copy.innerHTML.trim();
}

function tick(shown, part) {
  const times = part.querySelectorAll("time");
  for (const [place, time] of shown.querySelectorAll("time").entries()) {
    time.dateTime = times[place].dateTime;
    time.textContent = times[place].textContent;
  }
}

function replace(shown, part) {
  const { outerHTML: html, form } = document.activeElement;
  const hadFocus = shown.contains(document.activeElement);
  shown.replaceChildren(...part.childNodes);
  if (!hadFocus) return;
  const isSame = (it) => it.outerHTML === html && it.form?.action === form?.action;
  [...shown.querySelectorAll("a, button")].find(isSame)?.focus();
}
