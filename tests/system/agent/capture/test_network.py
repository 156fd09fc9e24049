"""Network cameras of many kinds, over real sockets: what they give, and what is said of them."""

import io
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import av
import cv2
import numpy as np
import pytest

from agent.capture.connection import BrokenPacket, Connection, ConnectionLost, DecodedPicture
from agent.capture.network import connect
from agent.capture.reasons import CLOSED, ENDED
from agent.capture.snapshots import Snapshots
from testkit.clock import Clock

Write = Callable[[bytes], Any]
Serve = Callable[..., str]
FPS = 25


def jpeg(number: int, size: tuple[int, int] = (64, 48)) -> bytes:
    image = np.full((size[1], size[0], 3), number * 8 % 256, dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", image)[1])


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a camera that answers each request with `status`, `head`, and what `send` writes."""
    servers = []

    def start(send: Callable[[Write], None], status: int = 200, **head: str) -> str:
        class Camera(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                for name, value in head.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                try:
                    send(self.wfile.write)
                except ConnectionError:
                    return

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://watcher:geheim@127.0.0.1:{server.server_port}/cam?token=geheim"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def pictures(connection: Connection, count: int) -> tuple[list[np.ndarray[Any, Any]], int]:
    """Receive and decode `count` packets; the images, and how many packets were broken."""
    images, broken = [], 0
    for number in range(count):
        try:
            decoded: list[DecodedPicture] = connection.receive().decode(float(number))
        except BrokenPacket:
            broken += 1
            continue
        images += [picture.image() for picture in decoded]
    connection.close()
    return images, broken


def parts(bodies: Iterable[bytes], head: bytes = b"Content-Type: image/jpeg\r\n") -> bytes:
    return b"".join(
        b"--frame\r\n%sContent-Length: %d\r\n\r\n%s\r\n" % (head, len(body), body)
        for body in bodies
    )


MULTIPART = "multipart/x-mixed-replace; boundary=frame"


def test_a_picture_that_cannot_be_decoded_or_is_cut_short_costs_one_picture(serve: Serve) -> None:
    noise = np.random.default_rng(7).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    whole = bytes(cv2.imencode(".jpg", noise)[1])
    bodies = [whole] * 20
    bodies[5], bodies[11] = b"\0" * 2000, whole[: len(whole) // 3]
    url = serve(lambda write: write(parts(bodies)), Content_Type=MULTIPART)
    images, broken = pictures(connect(url), 20)
    assert (len(images), broken) == (18, 2)


def test_pictures_may_change_their_size_within_a_stream(serve: Serve) -> None:
    sizes = [(64, 48)] * 5 + [(128, 96)] * 5 + [(48, 48)] * 5
    bodies = [jpeg(number, size) for number, size in enumerate(sizes)]
    url = serve(lambda write: write(parts(bodies)), Content_Type=MULTIPART)
    images, broken = pictures(connect(url), 15)
    assert [(image.shape[1], image.shape[0]) for image in images] == sizes
    assert broken == 0
    # Whole pictures, in one grey each: no stripe, and no picture of before.
    assert all(np.ptp(image) <= 4 for image in images)
    assert [round(float(image.mean()) / 8) for image in images] == list(range(15))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(parts(map(jpeg, range(40)), head=b""), id="parts without a type"),
        pytest.param(
            parts(map(jpeg, range(40))).removeprefix(b"--frame\r\n"), id="no first boundary"
        ),
    ],
)
def test_multipart_that_is_not_as_it_should_be_is_understood(serve: Serve, body: bytes) -> None:
    url = serve(lambda write: write(body), Content_Type=MULTIPART)
    images, _ = pictures(connect(url), 30)
    assert [round(float(image.mean()) / 8) for image in images[:20]] == list(range(20))


def test_a_camera_that_gives_one_picture_a_request_is_asked_ten_times_a_second(
    serve: Serve,
) -> None:
    clock, asked = Clock(), list[float]()

    def snapshot(write: Write) -> None:
        write(jpeg(len(asked)))
        asked.append(clock.now)

    url = serve(snapshot, Content_Type="image/jpeg")
    assert isinstance(connect(url), Snapshots)
    asked.clear()
    camera = Snapshots(url, 5.0, clock=clock, sleep=clock.sleep)
    images, _ = pictures(camera, 11)
    assert len(images) == 11
    assert asked == pytest.approx([number / 10 for number in range(11)])
    assert camera.receive().stamp is None


def film(
    shape: tuple[int, int], seconds: float, container: str = "mpegts", pixel: int = 1, **codec: str
) -> bytes:
    """H.264 with times, of pictures in ever lighter greys."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream("libx264", rate=FPS, options={"tune": "zerolatency"} | codec)
        stream.width, stream.height = shape
        stream.codec_context.sample_aspect_ratio = Fraction(pixel)
        for number in range(int(seconds * FPS)):
            grey = np.full((shape[1], shape[0], 3), number * 2 % 256, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(grey, "bgr24")))
        out.mux(stream.encode())
    return file.getvalue()


def received(connection: Connection) -> list[DecodedPicture]:
    """Everything until the camera ends the stream."""
    decoded: list[DecodedPicture] = []
    while True:
        try:
            packet = connection.receive()
        except ConnectionLost as lost:
            connection.close()
            if str(lost) in (ENDED, CLOSED):
                return decoded
            raise
        with suppress(BrokenPacket):  # what has no key picture before it
            decoded += packet.decode(packet.stamp or 0.0)


def test_a_stream_whose_resolution_changes_gives_each_picture_in_its_own(serve: Serve) -> None:
    body = film((320, 240), 1.0) + film((640, 480), 1.0) + film((240, 240), 1.0)
    images = [picture.image() for picture in received(connect(serve(lambda w: w(body))))]
    shapes = [image.shape[:2] for image in images]
    assert shapes.count((240, 320)) >= 20
    assert shapes.count((480, 640)) >= 20
    assert shapes.count((240, 240)) >= 20
    assert all(np.ptp(image) <= 6 for image in images)


def test_pictures_have_the_spacing_of_the_stream_and_not_of_their_arrival(serve: Serve) -> None:
    body = film((64, 48), 2.0)
    decoded = received(connect(serve(lambda write: write(body))))
    times = [picture.time for picture in decoded]
    assert np.diff(times) == pytest.approx(1 / FPS, abs=1e-3)


def test_pixels_that_are_not_square_are_made_so(serve: Serve) -> None:
    body = film((64, 96), 1.0, pixel=2)
    assert received(connect(serve(lambda write: write(body))))[0].image().shape == (96, 128, 3)


def test_who_comes_between_two_key_pictures_waits_for_the_next(serve: Serve) -> None:
    body = film((64, 48), 6.0, **{"x264-params": "keyint=100:scenecut=0"})
    later = body[body.index(b"\x47", len(body) // 5) // 188 * 188 :]
    decoded = received(connect(serve(lambda write: write(later))))
    assert len(decoded) == 50
    assert [np.ptp(picture.image()) <= 4 for picture in decoded] == [True] * 50


def refused(url: str, stall_sec: float = 5.0) -> str:
    with pytest.raises(ConnectionLost) as lost:
        connect(url, stall_sec)
    assert "geheim" not in str(lost.value)
    assert "\n" not in str(lost.value)
    return str(lost.value)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, "user or password (401)"),
        (403, "does not let this user in (403)"),
        (404, "no such path (404)"),
        (429, "too many viewers (429)"),
        (503, "an error of its own (5xx)"),
    ],
)
def test_what_an_http_camera_answers_is_said(serve: Serve, status: int, expected: str) -> None:
    assert expected in refused(serve(lambda _: None, status))


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "text/html", "a web page"),
        (b"Dear diary, I am no video.", "text/plain", "no video"),
        (b"", "video/mp2t", "closed the connection"),
    ],
)
def test_what_is_no_video_is_said(
    serve: Serve, body: bytes, content_type: str, expected: str
) -> None:
    assert expected in refused(serve(lambda write: write(body), Content_Type=content_type))


def test_a_recording_behind_http_is_no_live_picture(serve: Serve) -> None:
    body = film((64, 48), 3.0, "mp4", movflags="faststart")
    url = serve(lambda write: write(body), Content_Length=str(len(body)))
    assert "a recording of 3 s" in refused(url)


def test_a_stream_of_sound_alone_is_said(serve: Serve) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mpegts") as out:
        stream = out.add_stream("aac", rate=48000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 48000), dtype=np.float32), "fltp", "mono")
        sound.sample_rate = 48000
        out.mux(stream.encode(sound))
        out.mux(stream.encode())
    assert "nothing but sound" in refused(serve(lambda write: write(file.getvalue())))


def test_a_host_that_is_not_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "nothing listens" in refused(f"rtsp://watcher:geheim@127.0.0.1:{port}/s")
    assert "no host of that name" in refused("rtsp://watcher:geheim@camera.invalid/s")


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_camera_that_says_nothing_is_not_waited_for(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{scheme}://watcher:geheim@127.0.0.1:{silent.getsockname()[1]}/s"
        assert "does not answer in time" in refused(url, stall_sec=0.2)


def test_a_password_that_ends_the_address_is_thought_of() -> None:
    said = refused("rtsp://camera.invalid:12/34geheim@camera.invalid/s")
    assert "must be written as %23, %2F and %3F" in said
