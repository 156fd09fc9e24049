"""All image models: adding one is a file and a row here."""

from collections.abc import Mapping

from modeling.vision.camera_health import CAMERA_HEALTH
from modeling.vision.posture import POSTURE
from modeling.vision.task import ImageTask

TASKS: Mapping[str, ImageTask] = {task.name: task for task in (POSTURE, CAMERA_HEALTH)}
