"""The feature layout: which numbers describe one pose of a window, in their order.

A checkpoint names the layout that it was trained on; a window of another layout is refused.
Lengths are in units of the window's body length. A joint that is not seen is 0, wherever an
estimator guesses it to be.
"""

FEATURE_LAYOUT = "body-2d-v2"
WINDOW_LENGTH = 16

JOINTS = (
    "nose", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist",
    "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip

FEATURE_NAMES: tuple[str, ...] = (
    # From the body's middle (the hips, where they are seen), times how well the joint is seen.
    *(f"{joint}_{axis}" for joint in JOINTS for axis in ("x", "y")),
    *(f"{joint}_seen" for joint in JOINTS),
    "sunk",  # how far below where it was at the window's start the body's middle is
    "hip_velocity_x",  # body lengths a second
    "hip_velocity_y",
    "shoulder_velocity_x",
    "shoulder_velocity_y",
    "head_velocity_x",
    "head_velocity_y",
    "torso_upright",  # cosine of the torso's angle to the vertical: 1 standing, 0 lying
    "body_extent_x",  # width and height of what is seen of the body
    "body_extent_y",
    "left_margin",  # from what is seen to the edges of the picture, a body length at most
    "right_margin",
    "top_margin",
    "bottom_margin",
    "body_size",  # natural logarithm of the body's length as a share of the picture's height
    "tracked",  # 1 where the pose was seen, 0 where the last one is held
)
FEATURE_COUNT = len(FEATURE_NAMES)
