import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, FEATURE_NAMES, JOINTS
from modeling.features import JOINT_INDICES, MAX_FEATURE, window_features

ASPECT, RATE = 4 / 3, 10.0
PLACE = ["hip_x", "hip_y"]
SIZE = ["body_length"]


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


def test_where_the_body_stands_changes_its_place_alone(fall):
    moved = fall.copy()
    moved[..., :2] += [0.1, -0.05]
    before, after = features_of(fall), features_of(moved)
    np.testing.assert_allclose(without(after, PLACE), without(before, PLACE), atol=1e-4)
    np.testing.assert_allclose(
        columns(after, PLACE) - columns(before, PLACE), [[0.1 * ASPECT, -0.05]] * 16, atol=1e-5
    )


def test_how_near_the_body_is_changes_its_size_alone(fall):
    farther = fall.copy()
    farther[..., :2] = 0.5 + (fall[..., :2] - 0.5) * 0.6
    before, after = features_of(fall), features_of(farther)
    np.testing.assert_allclose(
        without(after, PLACE + SIZE), without(before, PLACE + SIZE), atol=1e-4
    )
    np.testing.assert_allclose(columns(after, SIZE), 0.6 * columns(before, SIZE), rtol=1e-4)


def test_a_mirror_image_turns_every_x_around(fall):
    mirrored = fall.copy()
    mirrored[..., 0] = 1.0 - mirrored[..., 0]
    turned = [f"{joint}_x" for joint in JOINTS] + ["hip_x", "hip_velocity_x", "head_velocity_x"]
    before, after = features_of(fall), features_of(mirrored)
    np.testing.assert_allclose(columns(after, turned), -columns(before, turned), atol=1e-4)
    np.testing.assert_allclose(without(after, turned), without(before, turned), atol=1e-4)


def test_the_picture_s_shape_does_not_change_the_body(fall):
    wide = fall.copy()
    wide[..., 0] = 0.5 + (fall[..., 0] - 0.5) * ASPECT / (16 / 9)
    np.testing.assert_allclose(features_of(wide, 16 / 9), features_of(fall), atol=1e-4)


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


def test_how_well_each_joint_is_seen_is_told_in_the_layout_s_order(fall):
    joints = fall[:, JOINT_INDICES][..., [0, 1, 3]]
    joints[..., 2] = np.arange(len(JOINTS)) / len(JOINTS)
    seen = columns(window_features(joints, ASPECT, RATE), [f"{joint}_seen" for joint in JOINTS])
    np.testing.assert_array_equal(seen, joints[..., 2])
