"""The way of a camera's events to the server, which is there before its pictures are."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2 as httpx

from agent.backend_client import UPLOAD_TIMEOUT_SEC, connect
from agent.config import AgentSettings
from agent.event_factory import EventFactory
from agent.outbox.outbox import Outbox
from agent.outbox.uploader import Uploader
from contract.access import key_for
from contract.names import file_name

MAX_DETAIL = 200
"""Characters."""
PATIENCE_SEC = 3.0
"""How long the server is waited for when there is nothing to send but one heartbeat."""


@dataclass(frozen=True)
class Link:
    """One camera's events, from where they are made to the outbox that an uploader empties."""

    factory: EventFactory
    outbox: Outbox

    @property
    def camera_id(self) -> str:
        """The camera's name."""
        return self.factory.camera_id

    def say(self, state: str, detail: str | None = None) -> None:
        """A heartbeat outside of the watch: that it begins, is over, or failed and why."""
        self.outbox.put(self.factory.word(state, detail and _one_line(detail)))


@contextmanager
def linked(settings: AgentSettings, uploads: httpx.Client, camera_id: str) -> Iterator[Link]:
    """The link of one camera, with its uploader at work.

    Raises OutboxInUse, and OSError when the outbox cannot be where it is to be.
    """
    path = settings.data_dir / "outbox" / f"{file_name(camera_id)}.sqlite3"
    outbox = Outbox(path, settings.outbox_events)
    uploader = Uploader(outbox, uploads, f"{camera_id} uploader")
    uploader.start()
    try:
        yield Link(EventFactory(camera_id, epoch=time.time()), outbox)
    finally:
        uploader.stop()
        outbox.close()


def tell(
    settings: AgentSettings,
    cameras: Iterable[str],
    state: str,
    detail: str | None = None,
    *,
    patience_sec: float = PATIENCE_SEC,
) -> bool:
    """Say one word of each camera that is not watched; whether the server has taken all of it.

    Raises as `linked` does.
    """
    url = str(settings.backend_base_url)
    taken = True
    key = key_for(url, settings.api_key, settings.data_dir)
    with connect(url, key, UPLOAD_TIMEOUT_SEC) as uploads:
        for camera_id in cameras:
            with linked(settings, uploads, camera_id) as link:
                link.say(state, detail)
                taken &= link.outbox.wait_empty(patience_sec)
    return taken


def _one_line(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:MAX_DETAIL]
