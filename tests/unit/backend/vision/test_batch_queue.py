"""The line that pictures wait in: bounded, in batches, in order, and emptied at the end."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future

import pytest

from backend.errors import ApiError, ModelUnavailable
from backend.vision.batch_queue import (
    MAX_BATCH,
    MAX_WAITING,
    MAX_WAITING_BYTES,
    BatchQueue,
    Question,
    Scores,
)
from backend.vision.errors import BrokenImage, VisionBusy

FOUND = Scores("1", ("ok",), [1.0])
HALF = b"half a picture"


class Desk:
    """Answers a batch whenever it is let."""

    def __init__(self) -> None:
        self.may_answer = threading.Semaphore(0)
        self.batches: list[list[str]] = []
        self.line = BatchQueue(self._answer, threads=1)

    def _answer(self, questions: Sequence[Question]) -> list[Scores | ApiError]:
        self.may_answer.acquire()
        self.batches.append([question.model_name for question in questions])
        return [BrokenImage("half") if question.image == HALF else FOUND for question in questions]

    def ask(self, name: str, image: bytes = b"") -> "Future[Scores]":
        return self.line.put(Question(name, image))


@pytest.fixture
def desk(eventually: Callable[..., object]) -> Iterator[Desk]:
    """One that is busy with a first question."""
    desk = Desk()
    desk.line.start()
    first = desk.ask("first")
    eventually(lambda: first.running())
    yield desk
    desk.may_answer.release(1000)
    desk.line.stop()


def test_all_that_wait_for_one_model_are_answered_at_once(desk: Desk) -> None:
    asked = [desk.ask(name) for name in ("a", "b", "a", "b", "a")]
    desk.may_answer.release(3)
    assert [answer.result(10) for answer in asked] == [FOUND] * 5
    assert desk.batches == [["first"], ["a"] * 3, ["b"] * 2]


def test_batch_is_no_larger_than_it_may_be(desk: Desk) -> None:
    asked = [desk.ask("a") for _ in range(MAX_BATCH + 3)]
    desk.may_answer.release(3)
    asked[-1].result(10)
    assert [len(batch) for batch in desk.batches] == [1, MAX_BATCH, 3]


def test_line_that_is_full_refuses_until_there_is_room(desk: Desk) -> None:
    asked = [desk.ask("a") for _ in range(MAX_WAITING)]
    with pytest.raises(VisionBusy, match="too many pictures wait") as refusal:
        desk.ask("a")
    assert refusal.value.headers == {"Retry-After": "1"}
    desk.may_answer.release(2)
    asked[0].result(10)
    desk.ask("a")


def test_line_is_full_too_when_its_pictures_are_large(desk: Desk) -> None:
    half = bytes(MAX_WAITING_BYTES // 2)
    asked = [desk.ask("a", half), desk.ask("a", half)]
    with pytest.raises(VisionBusy):
        desk.ask("a", b".")
    desk.may_answer.release(2)
    asked[0].result(10)
    desk.ask("a", half)


def test_who_has_left_is_not_answered(desk: Desk) -> None:
    asked = [desk.ask("a") for _ in range(3)]
    assert asked[1].cancel()
    desk.may_answer.release(2)
    asked[2].result(10)
    assert desk.batches == [["first"], ["a", "a"]]


def test_picture_that_is_refused_spoils_no_others_of_its_batch(desk: Desk) -> None:
    asked = [desk.ask("a", image) for image in (b"", HALF, b"")]
    desk.may_answer.release(2)
    with pytest.raises(BrokenImage, match="half"):
        asked[1].result(10)
    assert [asked[0].result(10), asked[2].result(10)] == [FOUND, FOUND]


def test_model_that_fails_leaves_nobody_waiting_and_the_thread_alive() -> None:
    def fail(questions: Sequence[Question]) -> list[Scores | ApiError]:
        raise RuntimeError(questions[0].model_name)

    line = BatchQueue(fail, threads=1)
    line.start()
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="model a failed; the server's log says why"):
            line.put(Question("a", b"")).result(10)
    line.stop()


def test_end_answers_who_waits_and_refuses_who_comes(desk: Desk) -> None:
    asked = [desk.ask(name) for name in ("a", "b")]
    desk.may_answer.release(3)
    desk.line.stop()
    assert all(answer.done() for answer in asked)
    with pytest.raises(VisionBusy):
        desk.ask("a")
