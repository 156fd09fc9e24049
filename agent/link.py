"""How a camera's events reach the server, also before its source is open."""

import logging
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
from common.text import one_line
from contract.access import key_for
from contract.names import file_name

logger = logging.getLogger(__name__)

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

    def report(self, state: str, detail: str | None = None) -> None:
        """Send a heartbeat outside of the watch: it begins, is over, or has failed and why."""
        detail = detail and one_line(detail, MAX_DETAIL)
        self.outbox.put(self.factory.state_heartbeat(state, detail))

    def send_self_test(self, incident_id: str) -> None:
        """Send a fall that says of itself that it is a test, on the way of every other."""
        logger.info("%s sends %s, as the server has asked", self.camera_id, incident_id)
        for event in self.factory.self_test(incident_id):
            self.outbox.put(event)


@contextmanager
def linked(settings: AgentSettings, uploads: httpx.Client, camera_id: str) -> Iterator[Link]:
    """The link of one camera, with its uploader at work.

    Raises OutboxInUse, and OSError when the outbox cannot be written there.
    """
    path = settings.data_dir / "outbox" / f"{file_name(camera_id)}.sqlite3"
    outbox = Outbox(path, settings.outbox_events)
    link = Link(EventFactory(camera_id, epoch=time.time()), outbox)
    uploader = Uploader(outbox, uploads, f"{camera_id} uploader", on_self_test=link.send_self_test)
    uploader.start()
    try:
        yield link
    finally:
        uploader.stop()
        outbox.close()


def report_unwatched(
    settings: AgentSettings,
    cameras: Iterable[str],
    state: str,
    detail: str | None = None,
    *,
    patience_sec: float = PATIENCE_SEC,
) -> bool:
    """Send a heartbeat for each camera, none of which is watched; whether the server has all.

    Raises as `linked` does.
    """
    url = str(settings.backend_base_url)
    key = key_for(url, settings.api_key, settings.data_dir)
    with connect(url, key, UPLOAD_TIMEOUT_SEC) as uploads:
        taken = []
        for camera_id in cameras:
            with linked(settings, uploads, camera_id) as link:
                link.report(state, detail)
                taken.append(link.outbox.wait_empty(patience_sec))
    return all(taken)
