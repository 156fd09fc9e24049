"""The feature layout."""

from contract.layout import FEATURE_COUNT, FEATURE_NAMES, JOINTS


def test_each_feature_has_a_name_of_its_own() -> None:
    assert len(set(FEATURE_NAMES)) == FEATURE_COUNT


def test_joints_come_first_x_before_y() -> None:
    assert FEATURE_NAMES[: 2 * len(JOINTS)] == tuple(f"{j}_{a}" for j in JOINTS for a in "xy")
