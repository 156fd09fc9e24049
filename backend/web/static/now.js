/* Page Now: the live skeletons, and the state again as soon as something has happened. */

import { listen } from "./live.js";
import { renew } from "./renew.js";
import { Figure } from "./skeleton.js";

const STALE_MS = 2500;
const LOOK_MS = 500;
const RENEW_MS = 10_000;

class Camera {
  constructor(card) {
    this.said = card.querySelector("[data-said]");
    this.figure = new Figure(card.querySelector("canvas"));
    this.words = card.dataset;
    this.seenAt = -Infinity;
    this.say("stale");
  }

  show({ people, aspect }) {
    this.seenAt = performance.now();
    this.aspect = aspect;
    this.figure.draw(people, aspect);
    this.say("live");
  }

  /* What came long ago is not shown as now. */
  look(now) {
    if (this.state === "live" && now - this.seenAt > STALE_MS) {
      this.figure.draw([], this.aspect);
      this.say("stale");
    }
  }

  say(state) {
    if (this.state === state) return;
    this.state = state;
    this.said.textContent = this.words[state];
    this.said.classList.toggle("well", state === "live");
  }
}

const cards = [...document.querySelectorAll("[data-camera]")];
const cameras = new Map(cards.map((card) => [card.dataset.camera, new Camera(card)]));

listen(
  ["poses", "incidents", "alerts"],
  {
    pose: (pose) => cameras.get(pose.camera_id)?.show(pose),
    incident: renew,
    alert: renew,
  },
  renew,
);
const renewIfSeen = () => {
  if (!document.hidden) renew();
};
setInterval(renewIfSeen, RENEW_MS);
document.addEventListener("visibilitychange", renewIfSeen);
setInterval(() => cameras.forEach((camera) => camera.look(performance.now())), LOOK_MS);
