// Plays the skeleton of each card, and moves through the cards. SKELETONS comes from skeletons.js:
// times in ms, and x, y of each joint in thousandths of the picture's width and height.
"use strict";

const BONES = [
  ["left_shoulder", "right_shoulder"], ["left_hip", "right_hip"],
  ["left_shoulder", "left_hip"], ["right_shoulder", "right_hip"],
  ["left_shoulder", "left_elbow"], ["left_elbow", "left_wrist"],
  ["right_shoulder", "right_elbow"], ["right_elbow", "right_wrist"],
  ["left_hip", "left_knee"], ["left_knee", "left_ankle"],
  ["right_hip", "right_knee"], ["right_knee", "right_ankle"],
];
const SIDES = ["left", "right"];
const CANVAS_WIDTH = 480; // in pixels of the canvas, which the page scales
const LEAD_IN = 1; // seconds that are shown before what went wrong

const { labels: LABELS, cards: SCORES } = JSON.parse(document.getElementById("scores").textContent);

class Player {
  constructor(card) {
    this.card = card;
    this.skeleton = SKELETONS.clips[card.dataset.clip];
    this.windows = SCORES[card.id];
    this.canvas = card.querySelector("canvas");
    this.canvas.width = CANVAS_WIDTH;
    this.canvas.height = Math.round(CANVAS_WIDTH / this.skeleton.aspect);
    this.plot = card.querySelector(".plot");
    this.scrubber = card.querySelector(".scrubber");
    this.scrubber.max = this.skeleton.times.length - 1;
    this.playing = false;
    this.listen();
    this.seek(Number(card.dataset.time) - LEAD_IN);
  }

  listen() {
    const on = (selector, event, act) => this.card.querySelector(selector).addEventListener(event, act);
    on(".play", "click", () => this.toggle());
    on(".back", "click", () => this.step(-1));
    on(".forth", "click", () => this.step(1));
    on(".scrubber", "input", () => { this.pause(); this.show(Number(this.scrubber.value)); });
    on(".plot", "pointerdown", (event) => { this.plot.setPointerCapture(event.pointerId); this.point(event); });
    on(".plot", "pointermove", (event) => { if (event.buttons) this.point(event); });
  }

  // The frame at `seconds` of the clip, or the last one before.
  seek(seconds) {
    const later = this.skeleton.times.findIndex((time) => time > seconds * 1000);
    this.time = seconds;
    this.show(later < 0 ? this.skeleton.times.length - 1 : Math.max(later - 1, 0));
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    const { start, duration } = this.plot.dataset;
    this.pause();
    this.seek(Number(start) + Number(duration) * (event.clientX - box.left) / box.width);
  }

  step(frames) {
    this.pause();
    this.show(Math.min(Math.max(this.frame + frames, 0), this.skeleton.times.length - 1));
  }

  toggle() {
    if (this.playing) { this.pause(); return; }
    for (const other of players.values()) other.pause();
    if (this.frame === this.skeleton.times.length - 1) this.show(0);
    this.playing = true;
    this.time = this.skeleton.times[this.frame] / 1000;
    this.card.querySelector(".play").textContent = "❚❚";
    requestAnimationFrame((now) => this.advance(now, now));
  }

  pause() {
    this.playing = false;
    this.card.querySelector(".play").textContent = "▶";
  }

  // One picture of the screen: `before` and `now` are ms of the page's clock.
  advance(before, now) {
    if (!this.playing) return;
    this.seek(this.time + Number(this.card.querySelector(".speed").value) * (now - before) / 1000);
    if (this.frame === this.skeleton.times.length - 1) this.pause();
    requestAnimationFrame((next) => this.advance(now, next));
  }

  show(frame) {
    this.frame = frame;
    const seconds = this.skeleton.times[frame] / 1000;
    const readout = this.describe(seconds);
    this.scrubber.value = frame;
    this.scrubber.setAttribute("aria-valuetext", readout);
    this.card.querySelector(".readout").textContent = readout;
    this.moveCursor(seconds);
    this.draw(this.skeleton.bodies[frame]);
  }

  describe(seconds) {
    const later = this.windows.times.findIndex((time) => time > seconds + 0.001);
    const scores = this.windows.scores[Math.max((later < 0 ? this.windows.times.length : later) - 1, 0)];
    const told = scores ? LABELS.map((label, i) => `${label} ${scores[i].toFixed(2)}`) : ["-"];
    return [`${seconds.toFixed(2)} s`, ...told].join("  ");
  }

  moveCursor(seconds) {
    const { start, duration } = this.plot.dataset;
    const percent = 100 * Math.min(Math.max((seconds - start) / duration, 0), 1);
    const cursor = this.plot.querySelector(".cursor");
    cursor.setAttribute("x1", `${percent}%`);
    cursor.setAttribute("x2", `${percent}%`);
  }

  draw(bodies) {
    const pen = this.canvas.getContext("2d");
    const { width, height } = this.canvas;
    const colors = getComputedStyle(this.card);
    const color = (name) => colors.getPropertyValue(`--${name}`);
    pen.clearRect(0, 0, width, height);
    if (bodies.length === 0) {
      pen.fillStyle = color("faint");
      pen.font = "20px sans-serif";
      pen.textAlign = "center";
      pen.fillText("nobody seen", width / 2, height / 2);
    }
    for (const body of bodies) this.drawBody(pen, body, color);
  }

  drawBody(pen, body, color) {
    const { width, height } = this.canvas;
    const at = (joint) => {
      const i = 2 * SKELETONS.joints.indexOf(joint);
      return [body[i] * width / 1000, body[i + 1] * height / 1000];
    };
    const middle = (joint) => {
      const [[ax, ay], [bx, by]] = SIDES.map((side) => at(`${side}_${joint}`));
      return [(ax + bx) / 2, (ay + by) / 2];
    };
    const line = (from, to, stroke) => {
      pen.strokeStyle = stroke;
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    };
    pen.lineWidth = 5;
    pen.lineCap = "round";
    for (const [from, to] of BONES) {
      const side = SIDES.find((name) => from.startsWith(name) && to.startsWith(name));
      line(at(from), at(to), color(side ?? "text"));
    }
    line(middle("shoulder"), at("nose"), color("text"));
    pen.fillStyle = color("text");
    pen.beginPath();
    pen.arc(...at("nose"), 9, 0, 2 * Math.PI);
    pen.fill();
  }
}

const cards = [...document.querySelectorAll("article")];
const players = new Map(); // made when first looked at, since a hundred canvases fill a phone
const choices = [...document.querySelectorAll(".filter input")];
let current = null;

function playerOf(card) {
  if (!players.has(card)) players.set(card, new Player(card));
  return players.get(card);
}

const visible = () => cards.filter((card) => !card.hidden);

function filter() {
  const shown = new Set(choices.filter((choice) => choice.checked).map((choice) => choice.name));
  for (const card of cards) {
    card.hidden = !shown.has(card.dataset.kind);
    if (card.hidden) players.get(card)?.pause();
  }
  document.querySelector(".none").hidden = visible().length > 0;
}

function goTo(card) {
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "start" });
}

function move(by) {
  const shown = visible();
  const place = shown.indexOf(current);
  const next = place < 0 ? 0 : Math.min(Math.max(place + by, 0), shown.length - 1);
  if (shown.length) goTo(shown[next]);
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const control = event.target.closest("button, select, input, a, summary");
  const card = current && !current.hidden ? current : visible()[0];
  const keys = { j: () => move(1), k: () => move(-1) };
  if (!control && card) {
    keys[" "] = () => playerOf(card).toggle();
    keys.ArrowLeft = () => playerOf(card).step(-1);
    keys.ArrowRight = () => playerOf(card).step(1);
  }
  if (event.key in keys) {
    event.preventDefault();
    keys[event.key]();
  }
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) playerOf(entry.target);
}, { rootMargin: "50%" });

for (const choice of choices) choice.addEventListener("change", filter);
for (const card of cards) {
  near.observe(card);
  card.addEventListener("focusin", () => { current = card; });
  card.addEventListener("pointerdown", () => { current = card; });
}
document.addEventListener("keydown", press);
filter(); // a browser may have kept what was chosen before a reload
