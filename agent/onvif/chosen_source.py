"""`onvif://` alone as a source: the stream that an owner has chosen, as long as it is chosen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import httpx2 as httpx

from agent.capture.camera import LiveSource
from agent.capture.connection import Connection, ConnectionLost, Packet
from agent.config import AgentSettings
from agent.onvif.choice import ChoiceFollower
from agent.onvif.finder import Finder
from agent.onvif.login import CameraLogins
from agent.onvif.source import SCHEME, CameraAt, connected
from contract.found_cameras import ChosenStream

NONE_CHOSEN = "no camera is chosen for it yet: an owner does that on the page Cameras"


@dataclass(frozen=True)
class WhileChosen:
    """A Connection that is over once another stream is chosen."""

    connection: Connection
    is_chosen: Callable[[], bool]

    def receive(self) -> Packet:
        """As the connection; raises ConnectionLost also for another choice."""
        if not self.is_chosen():
            raise ConnectionLost("another stream was chosen")
        return self.connection.receive()

    def close(self) -> None:
        """Close it."""
        self.connection.close()


@contextmanager
def chosen_source(
    settings: AgentSettings, server: httpx.Client, camera_id: str
) -> Iterator[LiveSource]:
    """Watch what is chosen for this camera; meanwhile the box looks for cameras, and tells."""
    logins = CameraLogins(settings.data_dir)
    kept = settings.camera_folder(camera_id) / "chosen.json"
    follower = ChoiceFollower(server, camera_id, Finder(logins).look, kept)
    follower.start()
    try:
        yield LiveSource(camera_id, SCHEME, partial(chosen_connection, follower, logins))
    finally:
        follower.stop()


def chosen_connection(follower: ChoiceFollower, logins: CameraLogins) -> WhileChosen:
    """Connect to the stream of the moment; raises ConnectionLost."""
    chosen: ChosenStream | None = follower.chosen
    if chosen is None:
        raise ConnectionLost(NONE_CHOSEN)
    camera = CameraAt(chosen.camera, chosen.stream)
    return WhileChosen(connected(camera, logins), lambda: follower.chosen == chosen)
