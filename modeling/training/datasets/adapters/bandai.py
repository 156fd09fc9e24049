"""Bandai-Namco Research Motion Dataset 1 and 2: walking, turning, waving in many styles; upright.

Licence CC BY-NC 4.0: for no commercial use. Cite M. Kobayashi, C.-C. Liao, K. Inoue, S. Yojima and
M. Takahashi, "Motion Capture Dataset for Practical Use of AI-based Motion Editing and Stylization"
(2023), arXiv:2306.08861. What is read here was made
smaller: 13 joints in metres, 15 times a second.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from contract.layout import JOINTS
from modeling.training.datasets.adapters.motion import MotionClip, MotionError, split_clips, z_up
from modeling.training.datasets.source import Kind, Source


def read_bandai(folder: Path) -> Iterator[MotionClip]:
    """Every take of `bandai.npz` in the folder; raises MotionError."""
    path = folder / "bandai.npz"
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            joints, names, lengths = (arrays[key] for key in ("joints", "names", "lengths"))
            rate, order = float(arrays["rate_hz"]), arrays["joint_names"].tolist()
    except (OSError, KeyError, ValueError) as error:
        raise MotionError(f"no motion of the Bandai-Namco dataset in {path}") from error
    columns = [order.index(joint) for joint in JOINTS]
    for name, clip in zip(names.tolist(), split_clips(joints, lengths), strict=True):
        times = np.arange(len(clip)) / rate
        yield MotionClip(
            "bandai", name, "-".join(name.split("_")[:2]), times, z_up(clip[:, columns])
        )


SOURCE = Source(
    name="bandai",
    kind=Kind.MOTION,
    about="Bandai-Namco Research Motion Dataset 1 and 2: people who walk, turn and wave.",
    licence="CC BY-NC 4.0",
    citation="M. Kobayashi, C.-C. Liao, K. Inoue, S. Yojima, M. Takahashi, Motion Capture Dataset "
    "for Practical Use of AI-based Motion Editing and Stylization (2023), arXiv:2306.08861.",
    share=0.6,
)
