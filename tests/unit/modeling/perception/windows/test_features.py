import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, FEATURE_NAMES, JOINTS
from modeling.perception.windows.features import JOINT_INDICES, MAX_FEATURE, window_features

ASPECT, RATE = 4 / 3, 10.0
MARGINS = [f"{side}_margin" for side in ("left", "right", "top", "bottom")]
SIZE = ["body_size"]
LEGS = [i for i, name in enumerate(JOINTS) if name.endswith(("knee", "ankle"))]


def columns(features, names):
    return features[:, [FEATURE_NAMES.index(name) for name in names]]


def without(features, names):
    return features[:, [i for i, name in enumerate(FEATURE_NAMES) if name not in names]]


@pytest.fixture
def fall(falling):
    return np.stack([falling(1.8 + i / RATE) for i in range(16)])


def features_of(landmarks, aspect=ASPECT):
    return window_features(landmarks[:, JOINT_INDICES][..., [0, 1, 3]], aspect, RATE)


def test_every_column_has_its_name(fall):
    assert features_of(fall).shape == (16, FEATURE_COUNT)
    assert len(set(FEATURE_NAMES)) == FEATURE_COUNT
    assert features_of(fall).dtype == np.float32


def test_where_the_body_is_in_the_picture_changes_its_margins_alone(fall):
    moved = fall.copy()
    moved[..., :2] += [0.1, -0.05]
    before, after = features_of(fall), features_of(moved)
    np.testing.assert_allclose(without(after, MARGINS), without(before, MARGINS), atol=1e-4)


def test_margins_tell_how_far_the_edges_are_in_body_lengths_and_one_at_most(fall):
    standing = np.stack([fall[0]] * 16)
    joints = standing[0, JOINT_INDICES]
    feet = joints[:, 1].max()
    length = np.exp(columns(features_of(standing), SIZE)[0, 0])
    assert columns(features_of(standing), ["bottom_margin"])[0, 0] == pytest.approx(
        min((1.0 - feet) / length, 1.0), abs=1e-4
    )
    standing[..., 0] += 1.0 - joints[:, 0].max()
    assert columns(features_of(standing), ["right_margin"])[0, 0] == pytest.approx(0.0, abs=1e-4)
    assert columns(features_of(standing), ["left_margin"])[0, 0] == 1.0


def test_how_near_the_body_is_changes_its_size_and_margins_alone(fall):
    farther = fall.copy()
    farther[..., :2] = 0.5 + (fall[..., :2] - 0.5) * 0.6
    before, after = features_of(fall), features_of(farther)
    same = MARGINS + SIZE
    np.testing.assert_allclose(without(after, same), without(before, same), atol=1e-4)
    np.testing.assert_allclose(columns(after, SIZE), columns(before, SIZE) + np.log(0.6), atol=1e-4)


def test_a_mirror_image_turns_every_x_around(fall):
    mirrored = fall.copy()
    mirrored[..., 0] = 1.0 - mirrored[..., 0]
    turned = [f"{joint}_x" for joint in JOINTS]
    turned += [f"{part}_velocity_x" for part in ("hip", "shoulder", "head")]
    before, after = features_of(fall), features_of(mirrored)
    np.testing.assert_allclose(columns(after, turned), -columns(before, turned), atol=1e-4)
    same = [*turned, "left_margin", "right_margin"]
    np.testing.assert_allclose(without(after, same), without(before, same), atol=1e-4)
    np.testing.assert_allclose(
        columns(after, ["left_margin"]), columns(before, ["right_margin"]), atol=1e-4
    )


def test_the_picture_s_shape_does_not_change_the_body(fall):
    wide = fall.copy()
    wide[..., 0] = 0.5 + (fall[..., 0] - 0.5) * ASPECT / (16 / 9)
    np.testing.assert_allclose(
        without(features_of(wide, 16 / 9), MARGINS), without(features_of(fall), MARGINS), atol=1e-4
    )


def test_a_fall_reads_as_upright_then_down_and_fast_in_between(fall):
    features = features_of(fall)
    upright = columns(features, ["torso_upright"])[:, 0]
    assert upright[0] == pytest.approx(1.0, abs=0.01)
    assert upright[-1] == pytest.approx(0.0, abs=0.01)
    assert columns(features, ["hip_velocity_y"]).max() > 0.3
    assert columns(features, ["hip_velocity_y"])[0] == 0.0


def test_no_feature_leaves_its_bounds_when_landmarks_jump(fall):
    jumping = fall.copy()
    jumping[::2, :, :2] += 1000.0
    assert np.abs(features_of(jumping)).max() <= MAX_FEATURE


def test_a_window_without_a_tracked_pose_is_still_described(fall):
    joints = fall[:, JOINT_INDICES][..., [0, 1, 3]]
    joints[..., 2] = 0.0
    features = window_features(joints, ASPECT, RATE)
    assert np.isfinite(features).all()
    assert not columns(features, ["tracked"]).any()


def test_how_well_each_joint_is_seen_is_reported_in_the_layout_s_order(fall):
    joints = fall[:, JOINT_INDICES][..., [0, 1, 3]]
    joints[..., 2] = np.arange(len(JOINTS)) / len(JOINTS)
    seen = columns(window_features(joints, ASPECT, RATE), [f"{joint}_seen" for joint in JOINTS])
    np.testing.assert_array_equal(seen, joints[..., 2])


def test_what_an_estimator_guesses_changes_nothing(fall):
    joints = fall[:, JOINT_INDICES][..., [0, 1, 3]]
    joints[:, LEGS, 2] = 0.0
    guessed = joints.copy()
    guessed[:, LEGS, :2] += 0.3
    np.testing.assert_allclose(
        window_features(guessed, ASPECT, RATE), window_features(joints, ASPECT, RATE), atol=1e-4
    )


def test_a_held_pose_shows_the_last_one_tracked_whatever_places_it_has(fall):
    joints = fall[:, JOINT_INDICES][..., [0, 1, 3]]
    joints[10:, :, 2] = 0.0
    features = window_features(joints, ASPECT, RATE)
    assert columns(features, ["tracked"])[:, 0].tolist() == [1.0] * 10 + [0.0] * 6
    seen = [f"{joint}_{what}" for joint in JOINTS for what in ("x", "y", "seen")]
    np.testing.assert_array_equal(columns(features, seen)[10:], columns(features, seen)[[9] * 6])
    assert not columns(features, ["head_velocity_y"])[10:].any()


def test_somebody_seen_down_to_the_hips_has_the_length_that_the_torso_says(fall):
    joints = fall[:, JOINT_INDICES][..., [0, 1, 3]]
    half = joints.copy()
    half[:, LEGS, 2] = 0.0
    whole, upper = (window_features(j, ASPECT, RATE) for j in (joints, half))
    np.testing.assert_allclose(columns(upper, SIZE), columns(whole, SIZE), atol=0.35)


def test_many_windows_at_once_are_described_as_one_by_one(fall):
    joints = fall[:, JOINT_INDICES][..., [0, 1, 3]]
    held = joints.copy()
    held[5:9, :, 2] = 0.0
    np.testing.assert_allclose(
        window_features(np.stack([joints, held]), ASPECT, RATE),
        [window_features(one, ASPECT, RATE) for one in (joints, held)],
        atol=1e-6,
    )
