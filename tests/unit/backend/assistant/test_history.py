"""What a model is told of the turns before."""

from backend.assistant.history import history_of
from contract.assistant import Spoken


def spoken(role: str, text: str) -> Spoken:
    return Spoken.model_validate({"role": role, "text": text, "at": 0.0})


def test_history_is_the_newest_that_there_is_room_for_and_has_no_marks() -> None:
    turns = [spoken("person", "하나?"), spoken("assistant", "3건이에요 [1].")] * 10
    told_turns = history_of(turns)
    assert [it.text for it in told_turns[:2]] == ["하나?", "3건이에요 ."]
    assert len(told_turns) == 12
    long = [spoken("person", "x" * 9000), spoken("assistant", "y" * 9000), spoken("person", "z")]
    assert [it.text for it in history_of(long)] == ["z"]
    assert history_of([]) == []
