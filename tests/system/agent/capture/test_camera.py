"""A camera on good days and bad ones: what is read of it, and when it is connected to again."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from agent.capture.camera import LiveSource
from agent.capture.connection import BrokenPacket, ConnectionLost, DecodedPicture, Packet
from agent.capture.receiver import Backoff
from modeling.perception.frames.frame import Frame

QUICK = Backoff(0.05, 0.1)


def wait_until(condition: Callable[[], bool], timeout_sec: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_sec
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def next_frame(source: LiveSource) -> Frame:
    frame = source.read(10.0)
    assert frame is not None, "no frame within 10 s"
    return frame


class ScriptedCamera:
    """A Connection whose every `receive` does the next thing of `script`."""

    def __init__(self, script: Iterable[Callable[[], Packet]]) -> None:
        self.script = iter(script)
        self.is_closed = False

    def receive(self) -> Packet:
        return next(self.script)()

    def close(self) -> None:
        self.is_closed = True


def whole() -> Packet:
    time.sleep(0.01)
    picture = np.zeros((2, 2, 3), dtype=np.uint8)
    return Packet(None, True, 12, lambda at: [DecodedPicture(at, lambda: picture)])


def undecodable() -> Packet:
    def decode(_at: float) -> list[DecodedPicture]:
        raise BrokenPacket

    return Packet(None, True, 12, decode)


def torn() -> Packet:
    raise BrokenPacket


def unplugged() -> Packet:
    raise ConnectionLost("it is not plugged in")


def test_a_camera_that_vanishes_is_opened_again(caplog: pytest.LogCaptureFixture) -> None:
    opened: list[ScriptedCamera] = []

    def plug_in() -> ScriptedCamera:
        opened.append(ScriptedCamera([whole] * 10 + [unplugged]))
        return opened[-1]

    source = LiveSource("hall", "camera 0", plug_in, backoff=QUICK)
    frames = [next_frame(source) for _ in range(30)]
    source.close()
    assert [frame.index for frame in frames] == list(range(30))
    assert all(camera.is_closed for camera in opened)
    # One line about each cause, and not one a try.
    assert caplog.messages == ["no picture from hall (camera 0): it is not plugged in"]


@pytest.mark.parametrize("bad", [undecodable, torn])
def test_a_broken_packet_costs_one_picture_and_not_the_connection(
    bad: Callable[[], Packet], caplog: pytest.LogCaptureFixture
) -> None:
    opened: list[ScriptedCamera] = []

    def plug_in() -> ScriptedCamera:
        script = itertools.cycle([whole] * 4 + [bad])
        opened.append(ScriptedCamera(script))
        return opened[-1]

    source = LiveSource("hall", "camera 0", plug_in, backoff=QUICK)
    frames = [next_frame(source) for _ in range(40)]
    source.close()
    assert len(frames) == 40
    assert len(opened) == 1
    assert caplog.messages == ["1 broken pictures from hall (camera 0) passed over"]


def test_a_camera_whose_every_packet_is_broken_is_connected_to_again() -> None:
    opened: list[ScriptedCamera] = []

    def plug_in() -> ScriptedCamera:
        opened.append(ScriptedCamera(itertools.repeat(torn)))
        return opened[-1]

    source = LiveSource("hall", "camera 0", plug_in, backoff=QUICK)
    assert source.read(0.0) is None
    wait_until(lambda: len(opened) >= 3)
    source.close()


def test_a_failure_that_nobody_thought_of_is_reported_without_its_words_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries: list[int] = []

    def plug_in() -> ScriptedCamera:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("rtsp://watcher:geheim@cam.local")
        return ScriptedCamera(itertools.repeat(whole))

    source = LiveSource("hall", "camera 0", plug_in, backoff=QUICK)
    next_frame(source)
    source.close()
    assert caplog.messages == ["no picture from hall (camera 0): connecting has failed: ValueError"]


def test_the_age_is_never_below_zero() -> None:
    def early() -> Packet:
        picture = np.zeros((2, 2, 3), dtype=np.uint8)
        return Packet(None, True, 12, lambda at: [DecodedPicture(at + 60.0, lambda: picture)])

    script = itertools.chain([early], itertools.repeat(whole))
    source = LiveSource("hall", "camera 0", lambda: ScriptedCamera(script), backoff=QUICK)
    next_frame(source)
    assert source.age_sec() == 0.0
    source.close()


def test_pictures_may_be_late_while_the_connection_lasts_and_no_longer() -> None:
    ends = threading.Event()

    def waiting() -> Packet:
        ends.wait()
        raise ConnectionLost("it has ended the stream")

    camera = ScriptedCamera([whole, waiting])
    cameras = iter([camera])

    def plug_in() -> ScriptedCamera:
        try:
            return next(cameras)
        except StopIteration:
            raise ConnectionLost("it is gone") from None

    source = LiveSource("hall", "camera 0", plug_in, backoff=QUICK)
    next_frame(source)
    assert source.may_be_late
    ends.set()
    wait_until(lambda: not source.may_be_late)
    source.close()
