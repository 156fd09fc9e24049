"""The cameras of the home with their streams, as far as they let this box look."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from agent.onvif.announcement import MAX_NAME, Announcement
from agent.onvif.device import opened
from agent.onvif.discovery import announced
from agent.onvif.errors import OnvifError, PasswordRefused, PasswordWanted
from agent.onvif.login import CameraLogins, Login
from contract.found_cameras import Access, FoundCamera, FoundStream
from contract.names import visible

AT_ONCE = 8
"""So many cameras are asked together: some take seconds for each answer."""


@dataclass(frozen=True)
class Asked:
    """A camera as it has answered: its `found` may be told to anybody of the household.

    `failure` says in one line why its streams are not known.
    """

    announcement: Announcement
    login: Login | None
    found: FoundCamera
    failure: str = ""

    @property
    def is_final(self) -> bool:
        """Whether asking again would bring the same: a password that is wrong is not tried twice,
        since cameras lock out who does."""
        return self.found.access is not Access.UNREADABLE


class Finder:
    """Asks each camera once, and again where it has moved, or another login is kept for it."""

    def __init__(
        self, logins: CameraLogins, answers: Callable[[], Iterable[Announcement]] = announced
    ) -> None:
        self._logins, self._answers = logins, answers
        self._asked: dict[str, Asked] = {}

    def look(self) -> list[Asked]:
        """All cameras that answer now, by name; takes some seconds. Raises LoginsUnreadable."""
        with ThreadPoolExecutor(AT_ONCE, "camera finder") as pool:
            asked = list(pool.map(self._ask, self._answers()))
        self._asked = {each.announcement.id: each for each in asked}
        return sorted(asked, key=lambda each: (each.found.name, each.found.id))

    def _ask(self, announcement: Announcement) -> Asked:
        login = self._logins.of(announcement.id, announcement.host)
        known = self._asked.get(announcement.id)
        if known and known.is_final and (known.announcement, known.login) == (announcement, login):
            return known
        return asked(announcement, login)


def asked(announcement: Announcement, login: Login | None) -> Asked:
    """What the camera answers about its streams."""
    access, failure = Access.OPEN, ""
    streams: tuple[FoundStream, ...] = ()
    maker = model = ""
    try:
        with opened(announcement.url, login) as device:
            streams = device.streams()
            with suppress(OnvifError):
                maker, model = device.maker_and_model()
    except OnvifError as error:
        access, failure = _access(error), str(error)
    found = FoundCamera(
        id=announcement.id,
        name=_named([announcement.name, announcement.hardware, announcement.id]),
        maker=_named([maker]) or None,
        model=_named([model, announcement.hardware]) or None,
        access=access,
        streams=streams,
    )
    return Asked(announcement, login, found, failure)


def _named(said: Iterable[str]) -> str:
    shown = (visible(each)[:MAX_NAME].strip() for each in said)
    return next(filter(None, shown), "")


def _access(error: OnvifError) -> Access:
    match error:
        case PasswordWanted():
            return Access.PASSWORD_WANTED
        case PasswordRefused():
            return Access.PASSWORD_REFUSED
        case _:
            return Access.UNREADABLE
