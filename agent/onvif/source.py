"""`onvif://…` as a source: a camera by its id, its name or its address, wherever it is now."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, quote, unquote

from agent.capture.camera import LiveSource
from agent.capture.connection import Connection, ConnectionLost
from agent.capture.network import connect
from agent.capture.source import SourceError
from agent.onvif.addresses import device_service, is_address, with_login
from agent.onvif.announcement import Announcement
from agent.onvif.device import opened
from agent.onvif.discovery import announced
from agent.onvif.errors import NotLetIn, OnvifError
from agent.onvif.login import CameraLogins, LoginsUnreadable
from contract.found_cameras import FoundStream

SCHEME = "onvif://"
LOGIN_HINT = "run-agent --camera-login keeps one on this box"


@dataclass(frozen=True)
class CameraAt:
    """A camera by `key`: its id, its name, or its address. `profile` is the stream's token, None
    for the one that suits best."""

    key: str
    profile: str | None = None

    @property
    def source(self) -> str:
        """As `--source` has it."""
        query = "" if self.profile is None else f"?profile={quote(self.profile, safe='')}"
        return f"{SCHEME}{quote(self.key, safe=':')}{query}"


def is_onvif(source: str) -> bool:
    """Whether `source` names a camera that is asked by ONVIF."""
    return source.lower().startswith(SCHEME)


def parse_source(source: str) -> CameraAt:
    """What `source` names, with an empty key where it names none; raises SourceError."""
    key, _, query = source[len(SCHEME) :].partition("?")
    if "@" in key:
        raise SourceError(f"expected no user and no password in it: {LOGIN_HINT}")
    profile = parse_qs(query).get("profile", [None])[0]
    return CameraAt(unquote(key).strip("/ "), profile)


def open_camera(camera: CameraAt, name: str, logins: CameraLogins) -> LiveSource:
    """Watch it; it is looked for anew at each connect. `name` is the household's for it."""
    return LiveSource(name, camera.source, partial(connected, camera, logins))


def connected(camera: CameraAt, logins: CameraLogins) -> Connection:
    """Find the camera, ask it for the stream's address, and connect; raises ConnectionLost."""
    try:
        return connect(stream_url(camera, logins))
    except NotLetIn as error:
        raise ConnectionLost(f"{error}: {LOGIN_HINT}") from None
    except (OnvifError, LoginsUnreadable) as error:
        raise ConnectionLost(str(error)) from None


def stream_url(camera: CameraAt, logins: CameraLogins) -> str:
    """Where the stream is now, with who asks: a secret. Raises OnvifError, LoginsUnreadable."""
    if is_address(camera.key):
        url, login = device_service(camera.key), logins.of(camera.key)
    else:
        found = located(camera.key)
        url, login = found.url, logins.of(found.id, found.host)
    with opened(url, login) as device:
        token = camera.profile or _best(device.streams())
        return with_login(device.stream_url(token), login)


def located(key: str, answers: Callable[[], Generator[Announcement]] = announced) -> Announcement:
    """The camera of this id or name; raises OnvifError where none answers, or several do.

    An id is found as soon as it answers. For a name all are waited for.
    """
    named = []
    with closing(answers()) as found:
        for each in found:
            if each.id == key.lower():
                return each
            if each.name.casefold() == key.casefold():
                named.append(each)
    if not named:
        raise OnvifError("no camera of this id or name answers in the network")
    if len(named) > 1:
        raise OnvifError("several cameras have this name: name its id, which --find-cameras says")
    return named[0]


def _best(streams: tuple[FoundStream, ...]) -> str:
    if not streams:
        raise OnvifError("it has no stream that could be watched")
    return streams[0].token
