"""The feature layout: which numbers describe one pose of a window, in their order.

A checkpoint names the layout that it was trained on; a window of another layout is refused.
Joint positions are relative to the middle of the hips, in units of the window's body length.
"""

FEATURE_LAYOUT = "body-2d-v2"
WINDOW_LENGTH = 16

JOINTS = (
    "nose", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist",
    "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip

FEATURE_NAMES: tuple[str, ...] = (
    *(f"{joint}_{axis}" for joint in JOINTS for axis in ("x", "y")),
    "hip_x",  # in the picture: shares of its height, from its middle, right and down
    "hip_y",
    "hip_velocity_x",  # body lengths a second
    "hip_velocity_y",
    "head_velocity_x",
    "head_velocity_y",
    "torso_upright",  # cosine of the torso's angle to the vertical: 1 standing, 0 lying
    "body_extent_x",  # width and height of the whole body, in body lengths
    "body_extent_y",
    "body_length",  # the unit itself, as a share of the picture's height
    "tracked",  # 1 where the pose was seen, 0 where the last one is held
    *(f"{joint}_seen" for joint in JOINTS),  # 0..1: how well; 0 outside of the picture, or held
)
FEATURE_COUNT = len(FEATURE_NAMES)
