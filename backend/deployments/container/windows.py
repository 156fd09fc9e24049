"""Answers what is asked of a detector: windows of features."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from backend.errors import InvalidInput
from contract.analysis import NPY_MEDIA_TYPE, Analysis, WindowBatch
from modeling.perception.detector.detector import Detector, WindowError


class WindowAnswers:
    """The detector in `folder`; raises CheckpointError where there is none."""

    def __init__(self, folder: Path) -> None:
        self._detector = Detector.load(folder)
        self.name = self._detector.manifest.name
        self.version = self._detector.manifest.version

    def answer(self, content_type: str, body: bytes) -> list[Analysis]:
        """An analysis per window; raises InvalidInput."""
        try:
            return self._detector.analyze(windows_of(content_type, body))
        except WindowError as error:
            raise InvalidInput(str(error)) from error
        except ValidationError as error:
            raise InvalidInput("features are too large: expected a finite score of them") from error


def windows_of(content_type: str, body: bytes) -> NDArray[np.float32]:
    """(N, T, F) windows; raises InvalidInput."""
    try:
        if content_type.partition(";")[0].strip().lower() == NPY_MEDIA_TYPE:
            array = np.load(io.BytesIO(body), allow_pickle=False)
            windows = np.asarray(array, dtype=np.float32)
            return windows[None] if windows.ndim == 2 else windows
        batch = WindowBatch.model_validate_json(body)
        rows = [[frame.features for frame in window.frames] for window in batch.windows]
        return np.array(rows, dtype=np.float32)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InvalidInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (ValueError, TypeError, EOFError, MemoryError) as error:
        raise InvalidInput("expected windows of one shape, (N, 16, F) numbers") from error
