// Plays the skeletons that were kept with an incident, with the scores under them.
import { Figure } from "./skeleton.js";

const NEWLY_SEC = 0.7; // a pose that is older is not shown as now

class Replay {
  constructor(root, kept) {
    this.root = root;
    this.kept = kept;
    this.figure = new Figure(root.querySelector("canvas"));
    this.button = root.querySelector("[data-play]");
    this.slider = root.querySelector("input[type=range]");
    this.readout = root.querySelector("output");
    this.began = Number(root.dataset.began);
    this.first = kept.frames[0].at;
    this.last = kept.frames[kept.frames.length - 1].at;
    this.slider.min = 0;
    this.slider.max = Math.round((this.last - this.first) * 10);
    this.drawScores();
    this.listen();
    this.seek(Math.max(this.first, this.began - 2));
  }

  listen() {
    this.button.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.slider.addEventListener("input", () => {
      this.pause();
      this.seek(this.first + this.slider.value / 10);
    });
    addEventListener("resize", () => this.seek(this.at));
  }

  play() {
    if (this.at >= this.last) this.seek(this.first);
    this.playing = true;
    this.button.setAttribute("aria-pressed", "true");
    let before = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      this.seek(this.at + (now - before) / 1000);
      before = now;
      if (this.at < this.last) requestAnimationFrame(step);
      else this.pause();
    };
    requestAnimationFrame(step);
  }

  pause() {
    this.playing = false;
    this.button.setAttribute("aria-pressed", "false");
  }

  seek(at) {
    this.at = Math.min(at, this.last);
    const frame = this.frameAt(this.at);
    const isFresh = frame && this.at - frame.at < NEWLY_SEC;
    this.figure.draw(isFresh ? frame.people : [], this.kept.aspect);
    this.slider.value = Math.round((this.at - this.first) * 10);
    const seconds = this.at - this.began;
    const sign = seconds < 0 ? "−" : "+";
    this.readout.value = this.readout.dataset.said.replace("{n}", sign + Math.abs(seconds).toFixed(1));
    this.cursor?.setAttribute("x1", this.place(this.at));
    this.cursor?.setAttribute("x2", this.place(this.at));
  }

  frameAt(at) {
    let low = 0, high = this.kept.frames.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.kept.frames[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return this.kept.frames[low - 1];
  }

  place(at) {
    return (100 * (at - this.first)) / Math.max(this.last - this.first, 0.1);
  }

  // A line for each label's score, on a picture of 100 by 100.
  drawScores() {
    const plot = this.root.querySelector("svg");
    if (!plot || !this.kept.scores.length) return;
    const labels = new Set(this.kept.scores.flatMap(({ scores }) => Object.keys(scores)));
    for (const label of labels) plot.append(this.line(label));
    this.cursor = drawn("line", { class: "cursor", y1: 0, y2: 100 });
    plot.append(this.cursor);
  }

  line(label) {
    const points = this.kept.scores
      .filter(({ scores }) => label in scores)
      .map(({ at, scores }) => `${this.place(at)},${100 - 100 * scores[label]}`);
    return drawn("polyline", { class: `score score-${label}`, points: points.join(" ") });
  }
}

function drawn(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

async function open(root) {
  const answer = await fetch(root.dataset.replay);
  const kept = answer.ok ? await answer.json() : null;
  root.classList.toggle("empty", !kept?.frames.length);
  if (kept?.frames.length) new Replay(root, kept);
}

// What is folded away is fetched once somebody unfolds it.
for (const root of document.querySelectorAll("[data-replay]")) {
  const folded = root.closest("details:not([open])");
  if (folded) folded.addEventListener("toggle", () => open(root), { once: true });
  else open(root);
}
