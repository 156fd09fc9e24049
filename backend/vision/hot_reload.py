"""A model's place: the version that answers, and the newer one that takes over."""

import logging
from pathlib import Path
from typing import TypeAlias

from backend.errors import ModelUnavailable
from backend.vision.errors import NotInProduction
from backend.vision.predictor import ModelState
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME, CheckpointError
from modeling.perception.images.model import ImageModel
from modeling.perception.images.registry import task_in

logger = logging.getLogger(__name__)

Fingerprint: TypeAlias = tuple[object, ...]


class ModelSlot:
    """Holds the model called `name`, and takes up what is put into `folder`.

    `look` belongs to one thread; `model` may be asked for by any, and is replaced as a whole. One
    that is a household's own is not missed before there is a folder.
    """

    def __init__(self, name: str, folder: Path, *, is_own: bool = False) -> None:
        self.name, self._is_own = name, is_own
        self._model: ImageModel | None = None
        self.failure: str | None = None
        self._folder = folder
        self._seen = self._tried = self._fingerprint()
        self._take_up()

    @property
    def model(self) -> ImageModel:
        """The version that answers now; raises NotInProduction and ModelUnavailable."""
        if self._model is not None:
            return self._model
        if not self.is_there:
            raise NotInProduction(self.name)
        raise ModelUnavailable(f"no model {self.name}: {self.failure}")

    @property
    def is_there(self) -> bool:
        """Whether there is a model, or ought to be one."""
        return not self._is_own or self._model is not None or self.failure is not None

    def serve(self, folder: Path) -> bool:
        """Take up what is in another folder, by the next looks; what answers goes on until then."""
        self._folder = folder
        return True

    def refuse(self, reason: str) -> None:
        """A version that was to be taken up cannot be."""
        self.failure = reason
        logger.error("model %s: %s", self.name, reason)

    def confirm(self) -> None:
        """What answers is what is wanted, after all."""
        if self._model is not None:
            self.failure = None

    def look(self) -> None:
        """Take up what was changed, once it has stood still since the look before.

        A folder is written file by file: what still changes is not complete.
        """
        seen, self._seen = self._seen, self._fingerprint()
        if self._seen == seen != self._tried:
            self._tried = seen
            self._take_up()

    def state(self) -> ModelState:
        """What `/api/v1/health` says of it."""
        return ModelState(
            name=self.name,
            status="ready" if self._model else "unavailable",
            version=self._model.manifest.version if self._model else None,
            labels=self._model.task.labels if self._model else (),
            reason=self.failure,
        )

    def _take_up(self) -> None:
        if self._is_own and not self._folder.exists():
            return
        try:
            model = self._loaded()
        except CheckpointError as error:
            self.failure = str(error)
            logger.error("model %s: %s", self.name, error)
            return
        if self._fingerprint() != self._tried:
            return  # its files were replaced while they were read: the next looks take them up
        self._model, self.failure = model, None
        logger.info("model %s: version %s answers", self.name, model.manifest.version)

    def _loaded(self) -> ImageModel:
        task = task_in(self._folder)
        if task.name != self.name:
            raise CheckpointError(f"{self._folder} is no checkpoint for {self.name}")
        return ImageModel.load(task, self._folder)

    def _fingerprint(self) -> Fingerprint:
        return tuple(_stat(self._folder / name) for name in (MANIFEST_NAME, ONNX_NAME))


def _stat(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
