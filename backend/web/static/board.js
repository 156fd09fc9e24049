/* The board: says and rings what nobody has answered, once it is new. */

const RING_HZ = 880;
const RING_SEC = 0.6;

const button = document.querySelector("[data-sound]");
const alert = document.querySelector("[data-alert]");
let sound = null;
let known = new Set(unanswered().keys());

/* A browser lets a page ring only after a tap. */
button.addEventListener("click", () => {
  sound = sound ? void sound.close() : new AudioContext();
  button.ariaPressed = String(Boolean(sound));
  if (sound) ring();
});

new MutationObserver(look).observe(document.querySelector("[hx-get]"), {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["data-unanswered"],
});

function look() {
  const now = unanswered();
  const news = [...now].filter(([id]) => !known.has(id));
  known = new Set(now.keys());
  if (!news.length) return;
  alert.textContent = news.map(([, room]) => `${alert.dataset.words}: ${room}`).join(" ");
  document.body.dataset.rang = String(Number(document.body.dataset.rang ?? 0) + 1);
  if (sound) ring();
}

function unanswered() {
  const found = document.querySelectorAll("[data-unanswered]");
  return new Map([...found].map((it) => [it.dataset.unanswered, it.innerText]));
}

function ring() {
  const tone = new OscillatorNode(sound, { frequency: RING_HZ });
  tone.connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + RING_SEC);
}
