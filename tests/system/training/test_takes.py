"""Needs MuJoCo: what a newcomer's machine skips and CI runs."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from modeling.training.synthetic.bodies.anatomy import HINGES, TAKE_JOINTS, hinge_place, posture
from modeling.training.synthetic.bodies.figure import Figure
from modeling.training.synthetic.bodies.furniture import Box
from modeling.training.synthetic.bodies.motion import Gait, Motion
from modeling.training.synthetic.bodies.people import HELD_OUT_PEOPLE, PEOPLE
from modeling.training.synthetic.takes.annotate import Shape
from modeling.training.synthetic.takes.daily import DAILY
from modeling.training.synthetic.takes.falls import FALLS
from modeling.training.synthetic.takes.generate import HELD_OUT_KINDS, KINDS, generate, is_possible
from modeling.training.synthetic.takes.take import Take

SEED = 11


@pytest.fixture(scope="module")
def takes() -> dict[str, Take]:
    return {kind: generate(SEED, kind) for kind in KINDS}


def shape_of(take: Take) -> Shape:
    return Shape.of(take.joints, take.facts.person.height)


@pytest.mark.parametrize("kind", ["sideways", "kneel"])
def test_the_same_seed_gives_the_same_bytes_and_another_one_others(kind, takes):
    again, other = generate(SEED, kind), generate(SEED + 1, kind)
    assert again.joints.tobytes() == takes[kind].joints.tobytes()
    assert again.facts == takes[kind].facts
    assert other.joints.tobytes() != again.joints.tobytes()


@pytest.mark.parametrize("kind", FALLS)
def test_who_falls_was_up_and_rests_on_the_floor_within_three_seconds(kind, takes):
    take = takes[kind]
    (fall,) = (span for span in take.facts.spans if span.label == "fall" and span.certain)
    shape = shape_of(take)
    start, rest = round(fall.start * 30), round((fall.end - 1.0) * 30)
    assert take.facts.is_fall
    assert not shape.on_floor[: start + 1].any()
    assert shape.on_floor[rest]
    assert 0.3 <= (rest - start) / 30 <= 3.0
    assert shape.nose[rest] < 0.7
    assert take.facts.end_posture not in ("upright", "on furniture")
    assert take.facts.on_floor is not None
    assert take.facts.on_floor[0] == pytest.approx(rest / 30, abs=0.05)


@pytest.mark.parametrize("kind", DAILY)
def test_nothing_of_every_day_is_a_fall(kind, takes):
    take = takes[kind]
    assert not take.facts.is_fall
    assert not [span for span in take.facts.spans if span.label == "fall"]


def test_nothing_is_below_the_floor_or_faster_than_a_body(takes):
    for kind, take in takes.items():
        assert is_possible(take.joints), kind
        assert take.joints[:, :, 2].min() > -0.05, kind


@pytest.mark.parametrize(
    ("kind", "posture_name"),
    [
        ("walk", "upright"), ("flop_on_bed", "on furniture"), ("flop_on_sofa", "on furniture"),
        ("stumble", "upright"), ("pick_up", "upright"), ("sink_along_wall", "against wall"),
    ],
)  # fmt: skip
def test_a_take_ends_as_its_kind_says(kind, posture_name, takes):
    assert takes[kind].facts.end_posture == posture_name


def test_who_lies_on_a_bed_lies_but_is_not_on_the_floor(takes):
    take = takes["flop_on_bed"]
    assert take.facts.on_floor is None
    assert [span.label for span in take.facts.spans if span.certain] == ["lying"]
    bed = next(box for box in take.facts.boxes if box.name == "bed")
    top = bed.centre[2] + bed.half[2]
    assert take.height_of("left_hip")[-1] == pytest.approx(top + 0.12, abs=0.08)


def test_who_sits_on_the_floor_on_purpose_is_on_the_floor_and_does_not_lie(takes):
    take = takes["sit_on_floor"]
    assert take.facts.on_floor is not None
    assert not take.facts.spans


def test_a_take_is_read_back_as_it_was_written(tmp_path: Path, takes):
    take = takes["frame_turn"]
    take.save(tmp_path / "take.npz")
    read = Take.load(tmp_path / "take.npz")
    assert read.facts == take.facts
    assert read.joints.tobytes() == take.joints.tobytes()
    assert read.times.tobytes() == take.times.tobytes()


def test_a_take_of_other_joints_is_refused(takes):
    take = takes["walk"]
    with pytest.raises(ValueError, match="joints must be"):
        Take(take.facts, take.times, take.joints[:, :5])


def test_what_a_body_cannot_do_is_no_take(takes):
    joints = takes["walk"].joints
    sunk, thrown, broken = joints.copy(), joints.copy(), joints.copy()
    sunk[5, 3, 2] = -0.2
    thrown[5:] += np.float32(0.5)
    broken[2, 0, 0] = np.nan
    assert not any(is_possible(wrong) for wrong in (sunk, thrown, broken))


def test_held_out_kinds_and_people_are_among_those_that_are_made():
    assert set(KINDS) > HELD_OUT_KINDS
    assert {person.name for person in PEOPLE} > HELD_OUT_PEOPLE
    assert all(1.45 <= person.height <= 1.9 for person in PEOPLE)


def test_a_body_has_the_persons_height_and_weight_and_hinges_as_named():
    person = PEOPLE[3]
    figure = Figure(person, (Box("table", (2, 0, 0.4), (0.3, 0.3, 0.4)),), 0.8, has_frame=False)
    root = np.array([0, 0, 1.0, 1, 0, 0, 0])
    figure.place(root, posture())
    heights = figure.joints()[:, 2]
    assert np.ptp(heights) == pytest.approx(person.height, rel=0.03)
    assert figure.model.body_mass.sum() == pytest.approx(person.weight, rel=0.01)
    figure.place(root, posture(left_hip=90))
    left, right = (figure.joints()[TAKE_JOINTS.index(knee)] for knee in ("left_knee", "right_knee"))
    assert left[0] > 0.2 * person.height > right[0]
    assert posture(hip=90)[hinge_place("right_hip")] == pytest.approx(np.pi / 2)
    assert posture().shape == (len(HINGES),)


def test_who_walks_gets_ahead_on_a_foot_that_stands_still():
    motion = Motion.start(posture()).walk(3.0, Gait())
    figure = Figure(PEOPLE[0], (), 0.8, has_frame=False)
    roots = motion.roots(figure)
    ankles = []
    for root, angles in zip(roots, motion.angles, strict=True):
        figure.place(root, angles)
        ankles.append(figure.joints()[[11, 12]])
    speeds = np.linalg.norm(np.diff(np.array(ankles)[:, :, :2], axis=0), axis=2) * 30
    assert 1.2 < np.linalg.norm(roots[-1, :2] - roots[0, :2]) < 5.0
    assert np.median(speeds.min(axis=1)) < 0.2
