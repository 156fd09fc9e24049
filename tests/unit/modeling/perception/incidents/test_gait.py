"""How far somebody walked and how often they rose: bodies that are moved by formulas."""

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.perception.incidents.gait import Gait, Walked
from modeling.perception.incidents.watch import Watch
from modeling.perception.windows.posture import Posture
from modeling.perception.windows.windows import Moment, track_moments
from testkit.motions import Motion, filmed, turned

STANDS = turned(0.0)
LIES = turned(1.0)


def walked(motion: Motion, seconds: float = 10.0) -> Walked:
    gait = Gait()
    for moment in track_moments(filmed(motion, seconds=seconds)):
        gait.see(moment)
    return gait.take()


def along(speed: float) -> Motion:
    """Somebody who stands is moved across the picture, by so many of its widths a second."""

    def at(time: float) -> NDArray[np.float32]:
        moved = STANDS.copy()
        moved[:, 0] += speed * time - 0.3
        return moved

    return at


def changing(*shown: tuple[float, NDArray[np.float32]]) -> Motion:
    """What is shown until each of the times."""
    return lambda time: next(pose for until, pose in shown if time < until)


def test_who_walks_across_the_picture_is_measured() -> None:
    slow, fast = walked(along(0.08), seconds=5.0), walked(along(0.16), seconds=5.0)
    assert slow.seconds == pytest.approx(3.5, abs=1.0)
    assert fast.lengths / fast.seconds == pytest.approx(2 * slow.lengths / slow.seconds, rel=0.02)
    assert slow.rises == fast.rises == 0


@pytest.mark.parametrize(
    "motion",
    [lambda _: STANDS, lambda _: LIES, along(0.001), along(3.0)],
    ids=["stands", "lies", "shifts", "jumps"],
)
def test_who_does_not_walk_is_not_counted(motion: Motion) -> None:
    assert walked(motion) == Walked()


def test_who_goes_back_and_forth_on_the_spot_does_not_walk() -> None:
    def at(time: float) -> NDArray[np.float32]:
        moved = STANDS.copy()
        moved[:, 0] += 0.03 * np.sin(6.0 * time)
        return moved

    assert walked(at).seconds == 0.0


@pytest.mark.parametrize(
    ("motion", "rises"),
    [
        (changing((7.0, LIES), (20.0, STANDS)), 1),
        (changing((2.0, STANDS), (9.0, LIES), (12.0, STANDS), (18.0, LIES), (30.0, STANDS)), 2),
        (changing((3.0, LIES), (20.0, STANDS)), 0),
        (changing((7.0, LIES), (7.5, STANDS), (20.0, LIES)), 0),
    ],
    ids=["rises", "twice", "lay too short", "did not get up"],
)
def test_who_lay_and_is_up_has_risen(motion: Motion, rises: int) -> None:
    assert walked(motion, seconds=25.0 if rises == 2 else 15.0).rises == rises


def test_figures_begin_anew_once_they_are_taken() -> None:
    gait = Gait()
    for moment in track_moments(filmed(along(0.1), seconds=8.0)):
        gait.see(moment)
    assert gait.take().seconds > 0
    assert gait.take() == Walked()


def test_gait_and_watch_share_a_moments_postures_and_say_what_they_say_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Posture | None] = []
    of = Posture.of

    def counted(joints: NDArray[np.float32], aspect: float, time: float) -> Posture | None:
        made.append(of(joints, aspect, time))
        return made[-1]

    def moments() -> list[Moment]:
        return track_moments(filmed(changing((6.0, LIES), (12.0, STANDS)), seconds=12.0))

    monkeypatch.setattr(Posture, "of", counted)
    shared, gait, watch = moments(), Gait(), Watch()
    moves = []
    for moment in shared:
        gait.see(moment)
        moves.append(watch.step(moment, [None] * len(moment.windows)))
    assert len(made) == sum(len(moment.windows) for moment in shared) > 100
    alone, walks = Watch(), Gait()
    assert moves == [alone.step(it, [None] * len(it.windows)) for it in moments()]
    for moment in moments():
        walks.see(moment)
    assert gait.take() == walks.take()
    assert made[: len(made) // 3] == [it for moment in shared for it in moment.postures]
