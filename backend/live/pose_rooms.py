"""Says to the other servers whose poses somebody listens to here."""

import asyncio
from collections.abc import Callable, Iterable

from backend.bus import Bus
from backend.live.protocol import Topic
from backend.poses.messages import PosesWanted

SAY_SEC = 2.0


class PoseRooms:
    """Event loop only. `rooms` are those in which anybody is."""

    def __init__(self, bus: Bus, rooms: Callable[[], Iterable[str]]) -> None:
        self._bus, self._rooms = bus, rooms

    async def say(self) -> None:
        """Say it; takes two seconds."""
        for room in self._rooms():
            if wanted := _wanted(room):
                self._bus.publish(wanted)
        await asyncio.sleep(SAY_SEC)


def _wanted(room: str) -> PosesWanted | None:
    """What they listen to who are in a room: None where it is no poses."""
    household_id, _, named = room.partition("/")
    topic, _, camera_id = named.partition("/")
    return PosesWanted(int(household_id), camera_id or None) if topic == Topic.POSES else None
