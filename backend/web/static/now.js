/* Page Now: the live skeletons, and the state again as soon as something has happened. */

import { Camera } from "./camera.js";
import { listen } from "./live.js";
import { renew } from "./renew.js";

const LOOK_MS = 500;
const RENEW_MS = 10_000;

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
