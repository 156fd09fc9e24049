"""Puts other things into a scene: furniture before the place of a fall, somebody else beside it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS
from modeling.training.synthetic.bodies.furniture import Box
from modeling.training.synthetic.cameras.hiding import in_box
from modeling.training.synthetic.cameras.scene import Scene

Array = NDArray[np.float64]

SCREENED = 0.35  # the share of films in which furniture stands before the place
HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]
ROOM_FOR_LIMBS = 0.15  # metres around a joint that furniture leaves free
TRIES = 5


def with_screen(rng: np.random.Generator, scene: Scene, eye: Array) -> Scene:
    """Sometimes with a counter, a table or a sofa between the `eye` (3,) and where it ends."""
    if rng.random() >= SCREENED:
        return scene
    end = scene.bodies[0, -1, HIPS].mean(axis=0)
    for _ in range(TRIES):
        box = _screen(rng, end, eye)
        if not _touches(box, scene.bodies):
            return replace(scene, boxes=(*scene.boxes, box))
    return scene


def with_bystander(rng: np.random.Generator, scene: Scene, other: Scene) -> Scene:
    """With the first body of `other`, to and fro for as long as the scene lasts, 0.5 to 2 m off."""
    forth = other.bodies[0]
    both_ways = np.concatenate([forth, forth[::-1]])
    start = rng.integers(len(both_ways))
    body = both_ways[(start + np.arange(len(scene.times))) % len(both_ways)]
    body = _turned(body, rng.uniform(0.0, 2 * np.pi))
    moment = rng.integers(len(scene.times))
    away, angle = rng.uniform(0.5, 2.0), rng.uniform(0.0, 2 * np.pi)
    beside = scene.bodies[0, moment, HIPS, :2].mean(axis=0)
    beside = beside + away * np.array([np.cos(angle), np.sin(angle)])
    body[..., :2] += beside - body[moment, HIPS, :2].mean(axis=0)
    return replace(scene, bodies=np.concatenate([scene.bodies, body[None]]))


def _screen(rng: np.random.Generator, end: Array, eye: Array) -> Box:
    """A box square to the line of sight, 0.4 to 1.6 m before the place `end` (3,)."""
    sight = eye[:2] - end[:2]
    distance = max(float(np.hypot(*sight)), 0.1)
    away = min(float(rng.uniform(0.4, 1.6)), 0.7 * distance)
    place = end[:2] + sight / distance * away
    deep, wide, high = rng.uniform(0.1, 0.35), rng.uniform(0.25, 1.0), rng.uniform(0.2, 0.6)
    yaw = float(np.arctan2(sight[1], sight[0]) + rng.normal(0.0, 0.2))
    centre = (float(place[0]), float(place[1]), float(high))
    return Box("screen", centre, (float(deep), float(wide), float(high)), yaw)


def _touches(box: Box, bodies: Array) -> bool:
    reach = np.array(box.half) + ROOM_FOR_LIMBS
    return bool((np.abs(in_box(box, bodies)) < reach).all(axis=-1).any())


def _turned(joints: Array, angle: float) -> Array:
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    turned: Array = joints @ turn
    return turned
