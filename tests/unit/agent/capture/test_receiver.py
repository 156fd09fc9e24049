"""The thread that keeps a camera connected, by a clock that each packet moves on."""

import time
from dataclasses import dataclass, field

import pytest

from agent.capture.backlog import Backlog
from agent.capture.connection import ConnectionLost, Packet
from agent.capture.receiver import Backoff, Receiver
from agent.capture.tally import Tally
from testkit.clock import Clock


@dataclass
class Camera:
    """Says that it gives 25 pictures a second, gives 21, and is over after a minute."""

    clock: Clock
    begun: float = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.begun = self.clock.now

    def receive(self) -> Packet:
        self.clock.now += 1 / 21
        self.count += 1
        if self.clock.now - self.begun > 60.0:
            raise ConnectionLost("it has ended the stream")
        return Packet(self.count / 25, True, 1000, lambda _: [])

    def close(self) -> None:
        """Nothing to close."""


def test_a_camera_whose_times_do_not_fit_the_clock_is_timed_by_arrival(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    quick = Backoff(0.01, 0.02)
    receiver = Receiver(
        "hall", lambda: Camera(clock), Backlog(clock), Tally(clock), backoff=quick, clock=clock
    )
    receiver.pictured_at = float("inf")
    receiver.start()
    deadline = time.monotonic() + 10.0
    while "it has ended the stream" not in caplog.text:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    receiver.stop(5.0)
    behind, wrong, ended = caplog.messages[0], caplog.messages[1], caplog.messages[-1]
    assert behind == "no picture from hall: it had fallen 3 s behind"
    assert wrong.startswith("the times in the stream of hall do not fit the clock")
    # Timed by arrival, the stream is never behind again.
    assert ended == "no picture from hall: it has ended the stream"


def test_one_line_a_minute_says_how_often_it_happened() -> None:
    clock = Clock()
    tally = Tally(clock)
    said = []
    for second in range(130):
        clock.now = float(second)
        said.append(tally.add("broken"))
    assert [(at, count) for at, count in enumerate(said) if count] == [(0, 1), (60, 60), (120, 60)]
    assert tally.add("another cause") == 1
