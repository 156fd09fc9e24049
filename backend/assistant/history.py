"""What a model is told of the turns before: the newest ones, without the marks of calls."""

from collections.abc import Sequence

from backend.assistant.proof.check import without_marks
from backend.providers.talk import Utterance
from contract.assistant import Spoken

MAX_TURNS, MAX_CHARACTERS = 12, 16_000


def history_of(turns: Sequence[Spoken]) -> list[Utterance]:
    """The newest turns that there is room for, oldest first; a person's is the first of them."""
    told: list[Utterance] = []
    room = MAX_CHARACTERS
    for turn in reversed(turns[-MAX_TURNS:]):
        room -= len(turn.text)
        if room < 0:
            break
        told.append(_told(turn))
    if told and told[-1].role == "assistant":
        told.pop()
    return told[::-1]


def _told(turn: Spoken) -> Utterance:
    if turn.role == "person":
        return Utterance("user", turn.text)
    return Utterance("assistant", without_marks(turn.text))
