"""Pictures to poses, with MediaPipe's BlazePose (Bazarevsky and others, 2020, arXiv:2006.10204)."""

import cv2
import numpy as np
from mediapipe.python.solutions.pose import Pose as BlazePose

from modeling.pose import Body, Poses
from modeling.scene import SceneWatch
from modeling.video import Frame


class PoseEstimator:
    """Tracks one person through the frames of one stream; keeps no picture.

    Not thread-safe: frames of a stream come in order, from one thread.
    """

    def __init__(self) -> None:
        # model_complexity=1 is the model that the 0.10.21 wheel carries; the others are downloaded.
        self._blazepose = BlazePose(model_complexity=1)
        # The first picture takes ten times as long as any other, and shall not be one of a fall.
        self._blazepose.process(np.zeros((240, 320, 3), dtype=np.uint8))
        self._scene = SceneWatch()

    def estimate(self, frame: Frame) -> Poses:
        """Find the person in `frame`, whose number is always 1."""
        height, width = frame.image.shape[:2]
        is_cut = self._scene.is_cut(frame)
        result = self._blazepose.process(cv2.cvtColor(frame.image, cv2.COLOR_BGR2RGB))
        bodies: tuple[Body, ...] = ()
        if result.pose_landmarks is not None:
            found = [(p.x, p.y, p.z, p.visibility) for p in result.pose_landmarks.landmark]
            bodies = (Body(1, np.array(found, dtype=np.float32)),)
        return Poses(frame.index, frame.time, width / height, bodies, is_cut)

    def close(self) -> None:
        """Free the graph and its threads."""
        self._blazepose.close()
