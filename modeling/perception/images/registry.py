"""All image models: adding one is a file and a row here."""

from collections.abc import Mapping

from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.perception.images.posture import POSTURE
from modeling.perception.images.task import ImageTask

TASKS: Mapping[str, ImageTask] = {task.name: task for task in (POSTURE, CAMERA_HEALTH)}
