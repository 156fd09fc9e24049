"""What people have asked about the record: talks with the assistant, and answers of models."""

from dataclasses import dataclass

from backend.assistant.service import AssistantService
from backend.erasure.scope import Scope
from backend.tabular.batch_service import BatchService
from backend.tabular.history import DAY_SEC, History
from backend.tabular.store import Wanted
from contract.erasures import ErasedCounts
from contract.tabular import OF_DAYS, Batch

LOOKS_BACK_SEC = 28 * DAY_SEC
"""So long a row may look back: what was asked so long after a day may tell of it."""


@dataclass(frozen=True)
class Asked:
    """Whichever camera saw it: an answer is about the household. Thread-safe.

    Methods raise DatabaseUnavailable.
    """

    assistant: AssistantService
    predictions: History
    batches: BatchService

    def count(self, scope: Scope) -> ErasedCounts:
        """How much would go."""
        return ErasedCounts(
            conversations=self.assistant.conversations.count_about(scope.household_id, *scope.span),
            predictions=sum(self.predictions.count(it) for it in _wanted(scope)),
            batches=len(self._batches(scope)),
        )

    def erase(self, scope: Scope) -> ErasedCounts:
        """Let it go, and say how much; the files of batches go within a day."""
        batches = self._batches(scope)
        for batch in batches:
            self.batches.remove(batch)
        return ErasedCounts(
            conversations=self.assistant.erase_about(scope.household_id, *scope.span),
            predictions=sum(self.predictions.erase(it) for it in _wanted(scope)),
            batches=len(batches),
        )

    def _batches(self, scope: Scope) -> list[Batch]:
        return self.batches.between(OF_DAYS, *_asked_within(scope), scope.household_id)


def _wanted(scope: Scope) -> list[Wanted]:
    since, until = _asked_within(scope)
    return [Wanted(scope.household_id, model, since=since, until=until) for model in OF_DAYS]


def _asked_within(scope: Scope) -> tuple[float, float]:
    since, until = scope.span
    return since, until + LOOKS_BACK_SEC
