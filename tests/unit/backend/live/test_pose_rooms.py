"""A server says to the others whose poses somebody listens to."""

import asyncio

import pytest

from backend.bus import Bus
from backend.live import pose_rooms
from backend.live.pose_rooms import PoseRooms
from backend.live.protocol import Topic
from backend.poses.messages import PosesWanted


def test_rooms_of_poses_are_said_with_their_household_and_camera(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pose_rooms, "SAY_SEC", 0.0)
    bus, said = Bus(), list[PosesWanted]()
    bus.subscribe(PosesWanted, said.append)
    listened = [
        Topic.POSES.room(1, "거실/창"),
        Topic.POSES.room(2, None),
        Topic.EVENTS.room(1, "poses"),
        "Xk3-sid-of-a-client",
        "job/7",
    ]
    asyncio.run(PoseRooms(bus, lambda: listened).say())
    assert said == [PosesWanted(1, "거실/창"), PosesWanted(2, None)]
