/* A camera's card: its live skeleton, and whether that is of now. */

import { Figure } from "./skeleton.js";

const STALE_MS = 2500;

export class Camera {
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
