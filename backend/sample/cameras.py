"""The cameras of the sample household, and when each of them sees. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from backend.sample.minutes import A_DAY, AN_HOUR, Room
from backend.sample.story import DARK_HOURS, Story

FEWEST, MOST = 2, 3
IDS = {Room.BEDROOM: "bedroom", Room.LIVING_ROOM: "living-room", Room.KITCHEN: "kitchen"}
"""Rooms get their cameras in this order."""
DARK_ROOM = Room.LIVING_ROOM


class View(IntEnum):
    """Whether a camera sees in a minute: not while it is dark, or has no power."""

    SEES = 0
    DARK = 1
    AWAY = 2


@dataclass(frozen=True)
class Camera:
    """One camera; `views` has a View for each minute of the record."""

    camera_id: str
    room: Room
    views: NDArray[np.int8]

    def sees(self, rooms: NDArray[np.int8]) -> NDArray[np.bool_]:
        """In which minutes it sees somebody who is in these `rooms`."""
        seen: NDArray[np.bool_] = (rooms == self.room) & (self.views == View.SEES)
        return seen


def cameras_of(story: Story, count: int) -> list[Camera]:
    """The first `count` cameras, from FEWEST to MOST; the last one is that which is away."""
    rooms = list(IDS)[:count]
    return [Camera(IDS[room], room, _views(story, room, rooms[-1])) for room in rooms]


def _views(story: Story, room: Room, away_room: Room) -> NDArray[np.int8]:
    days = story.days.all
    views = np.full(len(days) * A_DAY, View.SEES, np.int8)
    for number, day in enumerate(days):
        begin = number * A_DAY
        if room is DARK_ROOM and day in story.dark_nights:
            views[begin + DARK_HOURS[0] * AN_HOUR : begin + A_DAY] = View.DARK
        if room is DARK_ROOM and day - timedelta(days=1) in story.dark_nights:
            views[begin : begin + DARK_HOURS[1] * AN_HOUR] = View.DARK
        if room is away_room and day in story.away:
            views[begin : begin + A_DAY] = View.AWAY
    return views
