"""A model's place: the version that answers, and the one that takes over between two questions."""

import asyncio
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

from backend.errors import ModelUnavailable
from backend.tabular.errors import SimulatedModel
from backend.tabular.row import Features
from backend.tabular.waiting_rows import WaitingRows
from backend.vision.errors import NotInProduction
from contract.language import Language
from contract.tabular import TabularFeature, TabularModelInfo
from modeling.tabular.checkpoint import CARD_NAME, MODEL_NAME, TabularCheckpointError, TabularSchema
from modeling.tabular.model import TabularModel

logger = logging.getLogger(__name__)

LARGE_BYTES = 150_000
"""Larger trees would hold up the event loop: 16 rows take 2 ms by 133 kB, and 40 ms by 606 kB."""
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Serving:
    """A version that answers: a question is checked and answered by one and the same.

    Its files lie in `folder`.
    """

    name: str
    folder: Path
    schema: TabularSchema
    card: str
    features: Features
    rows: Mapping[Language, WaitingRows]

    def check_shows(self, language: Language) -> None:
        """Raise SimulatedModel where it may answer nobody."""
        if self.schema.refusal is not None:
            raise SimulatedModel(self.schema.refusal.of(language))

    def info(self, language: Language) -> TabularModelInfo:
        """What it is, and what it reads."""
        schema = self.schema
        fields = TabularFeature.model_fields.keys()
        return TabularModelInfo(
            name=self.name,
            version=schema.version,
            target=schema.target,
            kind=schema.kind,
            features=tuple(
                TabularFeature(**it.model_dump(include=set(fields))) for it in schema.features
            ),
            is_generated=schema.is_generated,
            card=self.card,
            refusal=schema.refusal.of(language) if schema.refusal else None,
        )


def load_serving(name: str, folder: Path) -> Serving:
    """Load the checkpoint in `folder`; raises TabularCheckpointError."""
    model = TabularModel.load(folder)
    try:
        card = (folder / CARD_NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TabularCheckpointError(f"cannot read {folder / CARD_NAME}: {error}") from error
    is_large = (folder / MODEL_NAME).stat().st_size > LARGE_BYTES
    return Serving(
        name=name,
        folder=folder,
        schema=model.schema,
        card=card,
        features={feature.name: feature for feature in model.schema.features},
        rows={
            it: WaitingRows(partial(model.answers, language=it), in_thread=is_large)
            for it in LANGUAGES
        },
    )


class ServedModel:
    """Holds the model called `name`. What ships in `folder` is loaded when it is first asked for.

    One without a folder is not missed before a version is in production.
    """

    def __init__(self, name: str, folder: Path | None) -> None:
        self.name, self._folder = name, folder
        self._serving: Serving | None = None
        self._lock = threading.Lock()
        self.failure: str | None = None

    async def serving(self) -> Serving:
        """The version that answers now; raises NotInProduction and ModelUnavailable."""
        serving = self._serving
        return serving if serving is not None else await asyncio.to_thread(self.loaded)

    def loaded(self) -> Serving:
        """The same, for who may wait."""
        with self._lock:
            if self._serving is None and self._folder is not None:
                folder, self._folder = self._folder, None  # one that cannot be loaded never can
                if folder.exists():
                    self._take_up(folder)
        serving = self._serving
        if serving is not None:
            return serving
        if self.failure is None:
            raise NotInProduction(self.name)
        raise ModelUnavailable(f"no model {self.name}: {self.failure}")

    def serve(self, folder: Path) -> bool:
        """Let the checkpoint in `folder` answer whatever is asked from now on. Any thread.

        What was asked before is answered by the one before, which also goes on where the new one
        cannot be loaded: then False, and `/health` says why.
        """
        with self._lock:
            return self._take_up(folder)

    def refuse(self, reason: str) -> None:
        """The version that was wanted cannot answer; whatever answers goes on."""
        logger.error("model %s: %s", self.name, reason)
        self.failure = reason

    def confirm(self) -> None:
        """What answers is what is wanted, after all."""
        self.failure = None

    def _take_up(self, folder: Path) -> bool:
        try:
            serving = load_serving(self.name, folder)
        except TabularCheckpointError as error:
            self.refuse(str(error))
            return False
        self._serving, self.failure = serving, None
        logger.info("model %s: version %s answers", self.name, serving.schema.version)
        return True
