"""Pictures to poses: MoveNet finds people, and BlazePose's landmarks follow each of them."""

from pathlib import Path

import numpy as np

from modeling.perception.detector.checkpoint import CHECKPOINTS
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image
from modeling.perception.frames.motion import Glance, glance
from modeling.perception.frames.scene import SceneWatch
from modeling.perception.poses.crop import Crop, View
from modeling.perception.poses.finder import Finder
from modeling.perception.poses.landmarker import Landmarker
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Poses
from modeling.perception.poses.search import Search
from modeling.perception.poses.smoothing import Values
from modeling.perception.poses.tracker import Tracker

POSE_CHECKPOINT = CHECKPOINTS / "pose"
MOVENET, BLAZEPOSE = "movenet_multipose.onnx", "blazepose_landmark_full.onnx"
MOST_PEOPLE = 4
LEAST_PRESENCE = 0.5
LEAST_SIDE = 8.0
"""Pixels; a smaller crop shows nothing."""
SIGHTED = 0.2
"""A sighting is somebody who is followed if the middle joint is no more body sizes away."""


class PoseEstimator:
    """Follows the people of one stream through its frames; keeps no picture.

    Not thread-safe: frames of a stream come in order, from one thread.
    """

    def __init__(self, folder: Path = POSE_CHECKPOINT) -> None:
        """Load the networks and run them once; raises CheckpointError."""
        self._finder = Finder(folder / MOVENET)
        self._landmarker = Landmarker(folder / BLAZEPOSE)
        self._tracker = Tracker(MOST_PEOPLE)
        self._search = Search()
        self._scene = SceneWatch()

    def estimate(self, frame: Frame) -> Poses:
        """Find everybody in `frame`: those who were there before, and at times others."""
        height, width = frame.image.shape[:2]
        seen = glance(frame)
        is_cut = self._scene.is_cut(seen, frame.time)
        if is_cut:
            self._tracker.forget()
        self._follow(frame, seen)
        scale = np.array([width, height, width, 1.0])
        bodies = tuple(
            Body(track.number, (track.points[:LANDMARK_COUNT] / scale).astype(np.float32))
            for track in self._tracker.followed
        )
        return Poses(frame.index, frame.time, width / height, bodies, is_cut)

    def close(self) -> None:
        """Free nothing: the networks go with the estimator."""

    def _follow(self, frame: Frame, seen: Glance) -> None:
        tracker, before = self._tracker, len(self._tracker.followed)
        found = [self._drawn(frame.image, track.crop) for track in tracker.followed]
        tracker.follow(found, frame.time)
        followed = [track.joints for track in tracker.followed]
        self._search.watch(frame.image, seen, followed)
        if not tracker.has_room:
            return
        views = self._search.views(
            frame.image,
            frame.time,
            [track.crop for track in tracker.lost],
            just_lost=len(followed) < before,
            alone=not followed,
        )
        for view in views:
            if tracker.admit(self._look(frame.image, view), frame.time):
                break

    def _look(self, image: Image, view: View) -> list[Values]:
        bodies = []
        for sighting in self._finder.look(image, view):
            if not self._tracker.is_followed(sighting.joints, SIGHTED):
                # The first crop is a guess: the body in it places the one that counts.
                first = self._landmarker.sketch(image, sighting.crop())
                if first.presence >= LEAST_PRESENCE:
                    bodies.append(self._drawn(image, first.crop))
        return [body for body in bodies if body is not None]

    def _drawn(self, image: Image, crop: Crop) -> Values | None:
        """The body in the crop; None where there is none."""
        if crop.side < LEAST_SIDE:
            return None
        sketch = self._landmarker.sketch(image, crop)
        return sketch.points if sketch.presence >= LEAST_PRESENCE else None
