"""Cameras and streams over real sockets, on good days and bad ones."""

import itertools
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from agent.capture.camera import LiveSource
from agent.capture.connection import BrokenPacket, ConnectionLost, Packet, Picture
from agent.capture.open_source import open_stream
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


def drain(source: LiveSource) -> None:
    """Read until nothing new comes."""
    while source.read(0.3) is not None:
        pass


def test_each_frame_is_read_once_and_in_its_order(mjpeg_server: Any) -> None:
    source = open_stream(mjpeg_server.url, "hall")
    first = next_frame(source)
    sent = mjpeg_server.sent
    wait_until(lambda: mjpeg_server.sent >= sent + 20)
    frames = [next_frame(source) for _ in range(20)]
    source.close()
    assert [frame.index for frame in frames] == list(range(first.index + 1, first.index + 21))
    assert [round(float(f.image.mean()) / 8) for f in frames] == [f.index % 32 for f in frames]
    steps = np.diff([frame.time for frame in frames])
    assert steps.min() > 0.0
    assert steps.mean() == pytest.approx(0.02, abs=0.01)


def test_the_age_is_infinite_before_the_first_frame_and_small_while_frames_come(
    mjpeg_server: Any,
) -> None:
    mjpeg_server.flowing.clear()
    source = open_stream(mjpeg_server.url, "hall")
    assert source.read(0.1) is None
    assert source.age_sec() == float("inf")
    mjpeg_server.flowing.set()
    next_frame(source)
    assert source.age_sec() < 1.0
    source.close()


def test_a_stalled_stream_shows_its_age_gives_no_old_picture_and_is_connected_to_again(
    mjpeg_server: Any,
) -> None:
    source = open_stream(mjpeg_server.url, "hall", stall_sec=0.5, backoff=QUICK)
    before = next_frame(source)
    mjpeg_server.flowing.clear()
    drain(source)
    assert source.age_sec() >= 0.25
    while mjpeg_server.connections < 2:
        assert source.read(0.05) is None
    assert source.age_sec() >= 0.5
    mjpeg_server.flowing.set()
    after = next_frame(source)
    source.close()
    assert after.index > before.index
    assert after.time > before.time + 0.5


def test_an_rtsp_camera_may_come_late_and_may_be_restarted(
    rtsp_server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source = open_stream(rtsp_server.url, "hall", backoff=QUICK)
    assert source.read(0.5) is None
    rtsp_server.start()
    before = next_frame(source)
    assert before.image.shape == (120, 160, 3)

    rtsp_server.kill()
    drain(source)
    assert source.age_sec() >= 0.25

    rtsp_server.start()
    after = next_frame(source)
    source.close()
    assert after.index > before.index
    assert after.time > before.time
    nobody = r"no picture from hall \(rtsp://127.0.0.1:\d+\): nothing listens at that port"
    assert re.fullmatch(nobody, caplog.messages[0])
    assert "secret" not in caplog.text


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
    return Packet(None, True, 12, lambda at: [Picture(at, lambda: picture)])


def undecodable() -> Packet:
    def decode(_at: float) -> list[Picture]:
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


def test_a_failure_that_nobody_thought_of_is_told_without_its_words_and_tried_again(
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
        return Packet(None, True, 12, lambda at: [Picture(at + 60.0, lambda: picture)])

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


def run_program(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_closing_is_quick_and_the_program_ends_well_while_a_stream_does_not_answer() -> None:
    script = """
import socket, time
from agent.capture.open_source import open_stream
silent = socket.create_server(("127.0.0.1", 0))
source = open_stream(f"http://127.0.0.1:{silent.getsockname()[1]}/", "hall", stall_sec=2.0)
assert source.read(0.2) is None
began = time.monotonic()
source.close()
assert time.monotonic() - began < 1.5
"""
    done = run_program(script)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_that_forgets_to_close_still_ends_with_its_own_exit_code(
    mjpeg_server: Any,
) -> None:
    script = """
import sys
from agent.capture.open_source import open_stream
source = open_stream(sys.argv[1], "hall")
assert source.read(10.0) is not None
sys.exit(3)
"""
    done = run_program(script, mjpeg_server.url)
    assert (done.returncode, done.stderr) == (3, "")
