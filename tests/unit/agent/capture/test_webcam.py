"""A camera of this machine, for which one that FFmpeg draws stands in."""

from collections.abc import Iterator

import av
import pytest

from agent.capture import webcam
from agent.capture.connection import BrokenPacket, ConnectionLost
from agent.capture.webcam import STALL_SEC, Webcam
from testkit.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def camera(clock: Clock) -> Webcam:
    """Gives blue pictures."""
    blue = "color=c=blue:size=64x48:rate=20"
    return Webcam(blue, driver="lavfi", options={}, clock=clock, sleep=clock.sleep)


def answer(camera: Webcam, packet: av.Packet | Exception) -> None:
    """Let the driver of `camera` say this from now on."""

    class Driver:
        def demux(self, **_: int) -> Iterator[av.Packet]:
            if isinstance(packet, Exception):
                raise packet
            return iter([packet])

    camera._container = Driver()


def test_ffmpeg_of_the_wheel_reads_cameras() -> None:
    assert av.ContainerFormat(webcam.DRIVER, "r").is_input


def test_pictures_outlive_the_connection_and_get_the_time_at_which_they_came(
    camera: Webcam,
) -> None:
    packets = [camera.receive() for _ in range(3)]
    camera.close()
    for number, packet in enumerate(packets):
        [picture] = packet.decode(7.0 + number)
        assert (picture.time, packet.stamp, packet.is_key) == (7.0 + number, None, True)
        assert picture.image().shape == (48, 64, 3)
        assert picture.image()[24, 32].tolist() == pytest.approx([255, 0, 0], abs=8)


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (av.BlockingIOError(11, "Resource temporarily unavailable"), STALL_SEC),
        (av.OSError(19, "No such device"), 0.0),
    ],
    ids=["hangs", "is unplugged"],
)
def test_camera_that_gives_no_more_is_lost(
    camera: Webcam, clock: Clock, error: av.FFmpegError, waits: float
) -> None:
    answer(camera, error)
    with pytest.raises(ConnectionLost, match="no picture any more"):
        camera.receive()
    assert clock.now == pytest.approx(waits, abs=0.01)


def test_picture_that_the_driver_calls_damaged_costs_itself_alone(camera: Webcam) -> None:
    whole = camera._container
    answer(camera, av.Packet(0))
    with pytest.raises(BrokenPacket):
        camera.receive()
    camera._container = whole
    assert camera.receive().size == 48 * 64 * 3


@pytest.mark.parametrize("device", ["99", "/dev/video99", "/dev/v4l/by-id/none", "/dev/null"])
def test_camera_that_is_not_there_is_lost_at_once(device: str) -> None:
    with pytest.raises(ConnectionLost, match="not plugged in"):
        Webcam(device)
