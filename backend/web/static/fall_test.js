/* Page of a fall test: the live skeleton, the detector's scores as bars, and what comes of it. */

import { Camera } from "./camera.js";
import { listen } from "./live.js";

const LOOK_MS = 500;

class Bar {
  constructor(root) {
    this.meter = root.querySelector("meter");
    this.now = root.querySelector("[data-now]");
    this.highest = root.querySelector("[data-highest]");
    this.most = 0;
  }

  show(score) {
    this.meter.value = score;
    this.now.textContent = percent(score);
    if (score <= this.most) return;
    this.most = score;
    this.highest.textContent = percent(score);
  }
}

function percent(score) {
  return `${Math.round(100 * score)} %`;
}

const card = document.querySelector("[data-camera]");
const camera = new Camera(card);
const roots = [...card.querySelectorAll("[data-label]")];
const bars = new Map(roots.map((root) => [root.dataset.label, new Bar(root)]));
const state = document.getElementById("state");
const refresh = () => state.dispatchEvent(new CustomEvent("refresh"));

listen(
  ["poses", "incidents", "alerts"],
  {
    pose: (pose) => {
      if (pose.camera_id !== card.dataset.camera) return;
      camera.show(pose);
      for (const [label, score] of Object.entries(pose.scores)) bars.get(label)?.show(score);
    },
    incident: refresh,
    alert: refresh,
  },
  refresh,
);
setInterval(() => camera.look(performance.now()), LOOK_MS);
