"""The recording that ships with the project: poses of a real fall, a few seconds of them."""

from dataclasses import replace
from pathlib import Path

from modeling.perception.poses.pose import Landmark, Poses, PoseTrack

RECORDING = Path(__file__).parents[1] / "demo" / "recordings" / "fall.npz"
FRAMES_A_SEC = 15


def save_longer(path: Path, before_sec: int, after_sec: int) -> None:
    """Write the recording with its first pose held before it, and after it the last whole one."""
    fall = list(PoseTrack.load(RECORDING))
    last = max(number for number, poses in enumerate(fall) if _is_whole(poses))
    stream = [
        *_held(fall[0], before_sec),
        *fall[: last + 1],
        *_held(fall[last], after_sec),
    ]
    times = [*_times(0.0, before_sec), *(before_sec + poses.time for poses in fall[: last + 1])]
    times += _times(times[-1] + 1 / FRAMES_A_SEC, after_sec)
    PoseTrack.from_poses(
        [
            replace(poses, frame_idx=number, time=time)
            for number, (poses, time) in enumerate(zip(stream, times, strict=True))
        ]
    ).save(path)


def _is_whole(poses: Poses) -> bool:
    """Whether somebody is seen of whom no joint lies outside of the picture."""
    places = (body.landmarks[list(Landmark), :2] for body in poses.bodies)
    return any(bool(((place >= 0.0) & (place <= 1.0)).all()) for place in places)


def _held(poses: Poses, seconds: int) -> list[Poses]:
    return [poses] * (seconds * FRAMES_A_SEC)


def _times(begin: float, seconds: int) -> list[float]:
    return [begin + number / FRAMES_A_SEC for number in range(seconds * FRAMES_A_SEC)]
