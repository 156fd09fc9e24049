"""What is kept of an incident, as a file and back."""

from collections.abc import Callable

import numpy as np
import pytest

from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept, NotAReplay
from contract.poses import MOST_PEOPLE

MakeFrame = Callable[..., PoseFrame]


def test_replay_shows_what_was_seen_of_whom_and_when(make_frame: MakeFrame) -> None:
    frames = [make_frame(1.0, people=(1,)), make_frame(1.1, people=(1, 3)), make_frame(1.2)]
    kept = Kept.from_bytes(Kept("i", "거실", False, frames).to_bytes())
    replay = kept.replay()
    assert (replay.incident_id, replay.camera_id, replay.is_partial) == ("i", "거실", False)
    assert replay.aspect == 1.5
    assert [frame.at for frame in replay.frames] == [1.0, 1.1, 1.2]
    people = [[person.person for person in frame.people] for frame in replay.frames]
    assert people == [[1], [1, 3], [1]]
    assert replay.frames[0].people[0].joints[:2] == ((0.0, 0.026, 0.053), (0.079, 0.105, 0.132))
    assert [(score.at, score.person) for score in replay.scores] == [
        (1.0, 1), (1.1, 1), (1.1, 3), (1.2, 1),
    ]  # fmt: skip
    assert replay.scores[0].scores == {"fall": 0.25, "lying": 0.5}
    assert [frame.received_at for frame in kept.frames] == [1.1, 1.2000000000000002, 1.3]


def test_file_is_small_with_people_in_every_place(make_frame: MakeFrame) -> None:
    random = np.random.default_rng(7)
    people = tuple(range(1, MOST_PEOPLE + 1))
    frames = []
    for number in range(301):
        frame = make_frame(number / 10, people=people)
        frame.joints[:] = random.uniform(size=frame.joints.shape)
        frames.append(frame)
    assert len(Kept("i", "hall", False, frames).to_bytes()) < 100_000


@pytest.mark.parametrize("data", [b"", b"PK", b"\x93NUMPY"])
def test_foreign_file_is_none(data: bytes) -> None:
    with pytest.raises(NotAReplay):
        Kept.from_bytes(data)


def test_file_that_was_cut_is_none(make_frame: MakeFrame) -> None:
    data = Kept("i", "hall", False, [make_frame(1.0)]).to_bytes()
    with pytest.raises(NotAReplay):
        Kept.from_bytes(data[:-100])
