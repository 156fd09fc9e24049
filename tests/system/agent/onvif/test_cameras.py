"""Network cameras are found over real UDP, and asked for their streams by SOAP."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.capture.connection import ConnectionLost
from agent.onvif.device import opened
from agent.onvif.discovery import announced
from agent.onvif.errors import OnvifError, PasswordRefused, PasswordWanted
from agent.onvif.finder import Asked, Finder
from agent.onvif.login import CameraLogins, Login
from agent.onvif.source import CameraAt, connected, stream_url
from contract.found_cameras import Access, Fit
from testkit.onvif_camera import ENTITIES, HUGE, Behaviour, OnvifCamera, Profile
from testkit.rtsp_camera import RtspCamera

ADMIN = Login(user="admin", password=SecretStr("s3cret-of-the-camera"))
SOON = partial(announced, 0.7)
GUARDED = Behaviour(user="admin", password="s3cret-of-the-camera")


@pytest.fixture
def logins(tmp_path: Path) -> CameraLogins:
    return CameraLogins(tmp_path)


def look(finder: Finder, *cameras: OnvifCamera) -> list[Asked]:
    """Of all that answer, these: other tests may have cameras at the same time."""
    asked = {each.found.id: each for each in finder.look()}
    return [asked[camera.id] for camera in cameras]


def test_all_cameras_are_found_at_the_hosts_that_they_answer_from(
    camera_factory: Callable[..., OnvifCamera],
) -> None:
    cameras = [camera_factory(), camera_factory(Behaviour(name="거실", host="10.99.99.99"))]
    found = {each.id: each for each in announced(1.0)}
    assert [found[camera.id].name for camera in cameras] == ["Kitchen cam", "거실"]
    for camera in cameras:
        assert found[camera.id].url == f"http://{camera.address}/onvif/device_service"


@pytest.mark.parametrize(
    "behaviour",
    [
        GUARDED,
        replace(GUARDED, ahead_sec=-86_400.0 * 400),
        replace(GUARDED, ahead_sec=3600.0, host="10.99.99.99"),
        replace(GUARDED, by_http=True),
        replace(GUARDED, has_services=False),
        Behaviour(),
    ],
    ids=["digest", "clock a year behind", "named elsewhere", "HTTP", "old", "open"],
)
def test_streams_are_told_with_the_best_first(
    camera_factory: Callable[..., OnvifCamera], logins: CameraLogins, behaviour: Behaviour
) -> None:
    camera = camera_factory(behaviour)
    with opened(f"http://{camera.address}/onvif/device_service", ADMIN) as device:
        streams = device.streams()
        assert device.maker_and_model() == ("Dolcam", "DC-1")
        assert device.stream_url("sub") == "rtsp://127.0.0.1:554/live"
    assert [(each.token, each.fit) for each in streams] == [
        ("sub", Fit.GOOD), ("third", Fit.SMALL),
    ]  # fmt: skip
    assert (streams[0].width, streams[0].height, streams[0].fps) == (640, 480, 15)
    # What lets everybody in is answered by the old service, too.
    assert not any("s3cret" in asked.body for asked in camera.asked)


def test_newer_service_tells_of_h265_too(camera_factory: Callable[..., OnvifCamera]) -> None:
    camera = camera_factory(replace(GUARDED, has_media2=True))
    with opened(f"http://{camera.address}/onvif/device_service", ADMIN) as device:
        found = {each.token: (each.codec, each.fit) for each in device.streams()}
        assert device.stream_url("main") == "rtsp://127.0.0.1:554/live"
    assert found["main"] == ("H265", Fit.OTHER_CODEC)


@pytest.mark.parametrize("by_http", [False, True])
def test_wrong_password_is_tried_once_and_no_more(
    camera_factory: Callable[..., OnvifCamera], logins: CameraLogins, by_http: bool
) -> None:
    camera = camera_factory(replace(GUARDED, by_http=by_http, has_media2=True))
    finder = Finder(logins, SOON)
    (asked,) = look(finder, camera)
    assert (asked.found.access, asked.found.streams) == (Access.PASSWORD_WANTED, ())
    logins.keep(camera.id, Login(user="admin", password=SecretStr("wrong")))
    for _ in range(2):
        (asked,) = look(finder, camera)
        assert asked.found.access is Access.PASSWORD_REFUSED
    assert camera.refused == (2 if by_http else 1)  # HTTP is asked twice for a digest
    logins.keep(camera.id, ADMIN)
    (asked,) = look(finder, camera)
    assert (asked.found.access, asked.found.maker) == (Access.OPEN, "Dolcam")
    assert asked.found.streams[0].token == "sub"


def test_what_is_found_names_no_address_and_no_password(
    camera_factory: Callable[..., OnvifCamera], logins: CameraLogins
) -> None:
    camera = camera_factory(replace(GUARDED, name=""))
    logins.keep(camera.id, ADMIN)
    (asked,) = look(Finder(logins, SOON), camera)
    told = asked.found.model_dump_json()
    assert asked.found.streams
    assert not any(it in told for it in ("127.0.0.1", "rtsp", "http", "s3cret", "admin"))


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (b"<html><p>Welcome</html>", "no XML"),
        (b"<html/>", "no SOAP"),
        (ENTITIES, "no XML"),
        (HUGE, "more than 1000000 bytes"),
        (b"\0" * 1000, "no XML"),
    ],
    ids=["page", "other XML", "entities", "10 MB", "zeros"],
)
def test_camera_that_answers_nonsense_is_said_to_and_hinders_no_other(
    camera_factory: Callable[..., OnvifCamera], logins: CameraLogins, says: bytes, reason: str
) -> None:
    odd, good = camera_factory(Behaviour(says=says)), camera_factory()
    of_odd, of_good = look(Finder(logins, SOON), odd, good)
    assert (of_odd.found.access, reason in of_odd.failure) == (Access.UNREADABLE, True)
    assert of_good.found.access is Access.OPEN


def test_camera_that_drips_is_given_up(
    camera_factory: Callable[..., OnvifCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.onvif.soap.ANSWER_SEC", 0.3)
    camera = camera_factory(Behaviour(drips_sec=0.1))
    began = time.monotonic()
    with pytest.raises(OnvifError, match="in time"), opened(f"http://{camera.address}/", None):
        pass
    assert time.monotonic() - began < 2.0


def test_odd_streams_are_passed_over(camera_factory: Callable[..., OnvifCamera]) -> None:
    odd = (
        Profile("", "no token", 640, 480, 15),
        Profile("t" * 65, "long", 640, 480, 15),
        Profile("wild", "a\nb", 0, 99_999_999, -5),
        Profile("sub", "SubStream", 640, 480, 15),
    )
    camera = camera_factory(Behaviour(profiles=odd))
    with opened(f"http://{camera.address}/", None) as device:
        found = {each.token: (each.width, each.height, each.fps) for each in device.streams()}
    assert found == {"sub": (640, 480, 15), "wild": (None, None, None)}


def test_stranger_is_told_what_is_wanted(camera_factory: Callable[..., OnvifCamera]) -> None:
    url = f"http://{camera_factory(GUARDED).address}/"
    with opened(url, None) as device, pytest.raises(PasswordWanted):
        device.streams()
    wrong = Login(user="admin", password=SecretStr("wrong"))
    with opened(url, wrong) as device, pytest.raises(PasswordRefused):
        device.streams()


def test_stream_is_watched_wherever_the_camera_is(
    camera_factory: Callable[..., OnvifCamera],
    rtsp_camera_factory: Callable[..., RtspCamera],
    logins: CameraLogins,
) -> None:
    rtsp = rtsp_camera_factory(("admin", "s3cret-of-the-camera"))
    rtsp.start()
    address = f"rtsp://10.99.99.99:{rtsp.port}/live"
    camera = camera_factory(replace(GUARDED, rtsp_url=address))
    logins.keep(camera.id, ADMIN)
    for camera_at in (CameraAt(camera.id), CameraAt(camera.id, "sub")):
        connection = connected(camera_at, logins)
        assert connection.receive().size > 0
        connection.close()
    moved = camera_factory(camera.behaviour)  # at another port, as after a new lease
    moved.id = camera.id
    camera.close()
    expected = f"rtsp://admin:s3cret-of-the-camera@127.0.0.1:{rtsp.port}/live"
    assert stream_url(CameraAt(camera.id), logins) == expected


def test_camera_that_cannot_be_watched_says_why_without_a_secret(
    camera_factory: Callable[..., OnvifCamera], logins: CameraLogins
) -> None:
    camera = camera_factory(replace(GUARDED, rtsp_url="rtsp://10.99.99.99:9/live"))
    with pytest.raises(ConnectionLost, match="--camera-login"):
        connected(CameraAt(camera.address), logins)
    logins.keep(camera.address, ADMIN)
    with pytest.raises(ConnectionLost, match="nothing listens") as failure:
        connected(CameraAt(camera.address), logins)
    assert "s3cret" not in str(failure.value)
    camera.behaviour = replace(GUARDED, rtsp_url="http://10.99.99.99/live")
    with pytest.raises(ConnectionLost, match="no RTSP address"):
        connected(CameraAt(camera.address), logins)
