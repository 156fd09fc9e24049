"""Tabular models for the rest of the server."""

import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from backend.errors import ApiError
from backend.part import Part, part
from backend.tabular.errors import UnknownTabularModel
from backend.tabular.history import History
from backend.tabular.row import row_of
from backend.tabular.served import ServedModel, Serving
from backend.tabular.store import Entry
from contract.language import Language
from contract.tabular import (
    OWN_TABLE,
    TABULAR_RECIPES,
    TabularAnswer,
    TabularModelInfo,
)
from modeling.tabular.model import Answered


class TabularService:
    """Answers rows by the models in `checkpoints`, or by those in production, and keeps a history.

    `models` are their places, by their recipes.
    """

    def __init__(
        self, checkpoints: Path, history: History, clock: Callable[[], float] = time.time
    ) -> None:
        self.models: Mapping[str, ServedModel] = {
            name: ServedModel(name, None if name == OWN_TABLE else checkpoints / name)
            for name in TABULAR_RECIPES
        }
        self.history, self._clock = history, clock

    def model(self, name: str) -> ServedModel:
        """The place of a model; raises UnknownTabularModel."""
        found = self.models.get(name)
        if found is None:
            raise UnknownTabularModel(name, self.models)
        return found

    async def predict(
        self, name: str, body: bytes, language: Language, household_id: int
    ) -> TabularAnswer:
        """What the model says of the row in a JSON body, and keep it.

        Raises UnknownTabularModel, NotInProduction, ModelUnavailable, SimulatedModel, NotJson and
        InvalidInput.
        """
        serving = await self.model(name).serving()
        serving.check_shows(language)
        row = row_of(body, serving.features)
        said = await serving.rows[language].ask(row)
        answer = _answer(serving, said)
        self.history.keep(Entry(household_id, self._clock(), row, answer))
        return answer

    def infos(self, language: Language) -> list[TabularModelInfo]:
        """All models that there are; the first time it waits until they are loaded."""
        infos = []
        for model in self.models.values():
            try:
                infos.append(model.loaded().info(language))
            except ApiError:  # `/health` says why
                continue
        return infos

    def health(self) -> Part:
        """The models, and whether what they answer is kept."""
        failures = [f"{name}: {it.failure}" for name, it in self.models.items() if it.failure]
        kept = self.history.health()
        reasons = [*failures, *([kept.reason] if kept.reason else [])]
        return part("; ".join(reasons) or None, **(kept.model_extra or {}))


def _answer(serving: Serving, said: Answered) -> TabularAnswer:
    return TabularAnswer(
        # Unique, and no secret: of the kernel's randomness each would cost a call.
        prediction_id=f"{random.getrandbits(128):032x}",
        model=serving.name,
        version=serving.schema.version,
        value=said.value,
        low=said.low,
        high=said.high,
        interpretation=said.interpretation,
        detail=said.detail,
        reasons=said.reasons,
        warnings=said.warnings,
        is_generated=serving.schema.is_generated,
    )
