"""All image models: adding one is a file and a row here."""

from collections.abc import Mapping
from pathlib import Path

from modeling.perception.detector.checkpoint import CheckpointError, read_manifest
from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.perception.images.model import ImageManifest
from modeling.perception.images.own_labels import OWN_LABELS, own_labels_task
from modeling.perception.images.posture import POSTURE
from modeling.perception.images.task import ImageTask

TASKS: Mapping[str, ImageTask] = {task.name: task for task in (POSTURE, CAMERA_HEALTH)}

SERVED = (*TASKS, OWN_LABELS)
"""What a server may be asked: of the last one it has a model once a household has trained one."""


def task_in(folder: Path) -> ImageTask:
    """The task of the checkpoint in `folder`, whose labels may be a household's own.

    Raises CheckpointError.
    """
    manifest = read_manifest(folder, ImageManifest)
    if manifest.name == OWN_LABELS:
        return own_labels_task(manifest.labels)
    if manifest.name not in TASKS:
        expected = ", ".join(SERVED)
        raise CheckpointError(
            f"{folder} is a checkpoint of {manifest.name}, expected one of {expected}"
        )
    return TASKS[manifest.name]
