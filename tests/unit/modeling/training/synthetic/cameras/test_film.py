"""Films of made bodies: who is seen, what is hidden, what an estimator makes of it."""

import numpy as np
import pytest

from contract.layout import JOINTS
from modeling.perception.windows.features import JOINT_INDICES
from modeling.training.synthetic.bodies.furniture import Box
from modeling.training.synthetic.cameras.camera import Camera
from modeling.training.synthetic.cameras.estimator import visibility
from modeling.training.synthetic.cameras.film import film, view_of
from modeling.training.synthetic.cameras.finding import found
from modeling.training.synthetic.cameras.hiding import behind_body, behind_boxes
from modeling.training.synthetic.cameras.scene import Scene
from modeling.training.synthetic.cameras.screens import with_bystander
from testkit.motions import STANDING_JOINTS

LEGS = [place for place, joint in enumerate(JOINTS) if joint.endswith(("knee", "ankle"))]


def standing(seconds: float = 20.0, at: tuple[float, float] = (4.0, 0.0)) -> Scene:
    times = np.arange(0.0, seconds, 1 / 30)
    body = STANDING_JOINTS + np.array([*at, 0.0])
    return Scene(times, np.repeat(body[None], len(times), axis=0)[None])


def camera() -> Camera:
    """At 1.2 m height, looking along x."""
    looking_along_x = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
    return Camera(np.array([0.0, 0.0, 1.2]), looking_along_x, 0.5, 0.0, 640, 480)


def counter() -> Box:
    """Half way to the person, so high that it hides the legs."""
    return Box("counter", (2.0, 0.0, 0.45), (0.2, 1.0, 0.45))


def test_a_film_shows_the_person_where_the_camera_has_him() -> None:
    track = film(np.random.default_rng(1), standing(), camera(), 15.0)
    expected = camera().project(camera().local(STANDING_JOINTS + np.array([4.0, 0.0, 0.0])))
    middle = np.median(track.landmarks[:, JOINT_INDICES, :2], axis=0)
    assert track.times[1] == pytest.approx(1 / 15.0)
    assert len(track.rows) > 0.8 * len(track)
    assert middle == pytest.approx(expected, abs=0.03)


def test_the_same_seed_makes_the_same_film() -> None:
    one, two = (film(np.random.default_rng(7), standing(), camera(), 10.0) for _ in range(2))
    assert np.array_equal(one.landmarks, two.landmarks)
    assert np.array_equal(one.rows, two.rows)


def test_a_counter_hides_the_legs_behind_it_and_nothing_else() -> None:
    joints = standing(1.0).bodies[0]
    hidden = behind_boxes((counter(),), camera().position, joints)
    assert hidden[:, LEGS].all()
    assert not np.delete(hidden, LEGS, axis=1).any()


def test_furniture_behind_the_person_hides_nothing() -> None:
    behind = Box("wall", (6.0, 0.0, 1.0), (0.1, 3.0, 1.0))
    assert not behind_boxes((behind,), camera().position, standing(1.0).bodies[0]).any()


def test_an_arm_behind_the_back_is_hidden_and_one_before_it_is_not() -> None:
    body = STANDING_JOINTS + np.array([4.0, 0.0, 0.0])
    body[JOINTS.index("left_wrist")] = [4.3, 0.0, 1.1]
    body[JOINTS.index("right_wrist")] = [3.7, 0.0, 1.1]
    local = camera().local(body[None])
    hidden = behind_body(local, local, own=True)[0]
    assert hidden[JOINTS.index("left_wrist")]
    assert not hidden[JOINTS.index("right_wrist")]


def test_hidden_joints_are_seen_worse() -> None:
    scene = standing()
    behind = Scene(scene.times, scene.bodies, (counter(),))
    seen = [
        visibility(
            np.random.default_rng(3),
            view_of(each, camera(), camera().local(each.bodies), 0),
            30.0,
        )
        for each in (scene, behind)
    ]
    assert np.median(seen[0][:, LEGS]) > 0.8
    assert np.median(seen[1][:, LEGS]) < 0.3


def test_who_is_outside_of_the_picture_is_lost() -> None:
    away = standing(at=(4.0, 30.0))
    view = view_of(away, camera(), camera().local(away.bodies), 0)
    assert not found(np.random.default_rng(0), view, away.times).any()


def test_a_bystander_is_the_second_person_and_each_keeps_his_number() -> None:
    scene = with_bystander(np.random.default_rng(5), standing(), standing(8.0, at=(0.0, 0.0)))
    gap = np.linalg.norm(scene.bodies[0, :, 7] - scene.bodies[1, :, 7], axis=-1)
    track = film(np.random.default_rng(5), scene, camera(), 15.0)
    assert 0.2 < gap.min() < 2.5
    assert set(track.persons.tolist()) == {1, 2}
