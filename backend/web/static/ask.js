/* Page of questions: what is asked goes to the assistant with the provider's key as a header, and
 * the answer is shown while it comes. The server makes the page's part of it once it is there. */

import { drawAll } from "./plots.js";
import { events } from "./server_events.js";

const KEY = "provider_key";
const PROVIDER = "provider";

const form = document.getElementById("ask");
const talk = document.getElementById("talk");
const [provider, key] = form.querySelectorAll("#provider, #key");
const stop = form.querySelector("[data-stop]");
const wrong = form.querySelector("[data-wrong]");
const noKey = form.querySelector("[data-no-key]");
const titles = JSON.parse(form.dataset.titles);
const sentences = JSON.parse(form.dataset.sentences);

/* What went wrong, in words. */
class Refused extends Error {}

let going = null;

form.hidden = false;
key.value = sessionStorage.getItem(KEY) ?? "";
provider.value = sessionStorage.getItem(PROVIDER) ?? provider.options[0].value;
form.querySelector("#provider-part").open = !key.value;
showKey();
form.addEventListener("change", showKey);
stop.addEventListener("click", () => going?.abort());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!going) ask(form.message.value.trim());
});
form.message.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
talk.addEventListener("click", (event) => {
  const mark = event.target.closest(".call-mark");
  if (mark) document.getElementById(mark.hash.slice(1)).open = true;
});

function showKey() {
  sessionStorage.setItem(KEY, key.value);
  sessionStorage.setItem(PROVIDER, provider.value);
  noKey.hidden = key.value !== "";
}

async function ask(message) {
  if (!message) return;
  going = new AbortController();
  busy(true);
  const asked = add("said", message);
  const answer = add("answer", form.dataset.begins);
  answer.ariaBusy = "true";
  try {
    await show(answer, await answered(message, answer));
    form.message.value = "";
    form.querySelector("#table")?.closest(".field").remove();
  } catch (error) {
    failed(error, asked, answer);
  } finally {
    going = null;
    busy(false);
    answer.ariaBusy = null;
    await renew().catch(() => {});
  }
}

function busy(isBusy) {
  form.ariaBusy = null;
  stop.hidden = !isBusy;
  if (isBusy) wrong.hidden = true;
}

function add(kind, text) {
  const item = document.createElement("li");
  item.className = kind;
  item.append(paragraph(text));
  talk.append(item);
  item.scrollIntoView({ block: "nearest" });
  return item;
}

function paragraph(text, className = "lines") {
  const said = document.createElement("p");
  said.className = className;
  said.textContent = text;
  return said;
}

/* The whole answer; meanwhile `item` says what is there of it. */
async function answered(message, item) {
  const answer = await fetch("/api/chat/message", {
    method: "POST",
    headers: headers(),
    body: JSON.stringify(question(message)),
    signal: going.signal,
  });
  if (!answer.ok) throw new Refused(said(await answer.json()));
  let round = 0;
  for await (const { event, data } of events(answer.body)) {
    if (event === "done") return data;
    if (event === "error") throw new Refused(said(data));
    if (event === "tool_call") noteCall(item, data);
    if (event === "text") {
      const text = item.querySelector(".lines");
      text.textContent = round === data.round ? text.textContent + data.text : data.text;
      round = data.round;
    }
  }
  throw new Refused(form.dataset.lost);
}

function headers() {
  const named = { Accept: "text/event-stream", "Content-Type": "application/json" };
  return key.value ? { ...named, [provider.value]: key.value } : named;
}

function question(message) {
  const asked = { message, language: form.dataset.language };
  if (form.dataset.conversation) return { ...asked, conversation_id: form.dataset.conversation };
  const table = form.querySelector("#table")?.value;
  return table ? { ...asked, table } : asked;
}

function noteCall(item, { answer }) {
  if (!answer) return;
  const title = titles[answer.tool] ?? answer.tool;
  item.append(paragraph(form.dataset.asks.replace("{tool}", title), "hint"));
}

/* The server makes words of it. What it does not take is shown as it was kept. */
async function show(item, whole) {
  form.dataset.conversation = whole.conversation_id;
  const address = `/ask?conversation=${encodeURIComponent(whole.conversation_id)}`;
  const part = await fetch("/ask/turn", {
    method: "POST",
    headers: { Accept: "text/html", "Content-Type": "application/json" },
    body: JSON.stringify(whole),
  });
  if (!part.ok) return location.assign(address);
  item.innerHTML = (await part.text()).replaceAll("call-new-", `call-${talk.children.length}-`);
  history.replaceState(null, "", address);
  drawAll(item);
}

function said({ code, message }) {
  return sentences[code] ?? message;
}

function failed(error, asked, answer) {
  if (error.name === "AbortError") {
    answer.append(paragraph(form.dataset.stopped, "hint"));
    return;
  }
  asked.remove();
  answer.remove();
  wrong.textContent = error instanceof Refused ? error.message : form.dataset.lost;
  wrong.hidden = false;
}

/* What else the page says of the conversation: its title, what can be done with it, today's use. */
async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-renewed]")) {
    /* Whoever has unfolded something is about to press what is in it. */
    if (!part.querySelector("details[open]")) part.replaceWith(page.getElementById(part.id));
  }
}
