"""What a pose estimator makes of a body: how well it sees each joint, and where it puts it.

The constants were set beside real tracks: the shares of visibility, of missing poses and the jitter
at rest of people who stand and lie. `docs/decisions/030-virtual-cameras.md` has the comparison.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.special import expit

from contract.layout import JOINTS

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Logits of visibility for a joint in plain sight: nose, shoulders, elbows, wrists, hips, knees,
# ankles.
PLAIN = np.array([7.0, 7.5, 7.5, 4.3, 4.3, 3.8, 3.8, 7.5, 7.5, 3.4, 3.4, 3.0, 3.0])
LIMBS = np.array([name.split("_")[-1] in ("elbow", "wrist", "knee", "ankle") for name in JOINTS])
LEGS = np.array([name.split("_")[-1] in ("knee", "ankle") for name in JOINTS])
PARTNERS = [
    JOINTS.index(name.replace("left", "x").replace("right", "left").replace("x", "right"))
    for name in JOINTS
]
SELF_HIDDEN, HIDDEN, OUTSIDE = 4.2, 5.0, 7.0  # logits that are lost
LYING_LIMBS = np.where(LEGS, 1.8, np.where(LIMBS, 1.2, 0.5))
AT_REST = 0.0034  # jitter, as a share of the body's size


@dataclass(frozen=True, eq=False)
class View:
    """One body as a camera has it in T frames.

    `joints` (T, 13, 2) are shares of the picture, which is `height` pixels high
    and `aspect` times as wide; `size` (T,) is
    the body's extent as a share of that height; `own_hidden`, `hidden` and `outside` are (T, 13);
    `flat` (T,) is 1 where it lies and 0 where it is upright.
    """

    joints: Array
    aspect: float
    size: Array
    height: int
    own_hidden: Mask
    hidden: Mask
    outside: Mask
    flat: Array

    @property
    def pixels(self) -> Array:
        """The body's extent (T,) in pixels."""
        return np.maximum(self.size * self.height, 4.0)

    @property
    def covered(self) -> Array:
        """The share (T,) of the joints that is not to be seen."""
        share: Array = (self.hidden | self.outside).mean(axis=1)
        return share


def wander(rng: np.random.Generator, shape: tuple[int, ...], rate: float, lasting: float) -> Array:
    """Noise of deviation 1 along the first axis that forgets itself within `lasting` seconds."""
    keep = np.exp(-1.0 / (rate * lasting))
    white = rng.normal(size=shape)
    white[0] /= np.sqrt(1.0 - keep**2)
    noise: Array = lfilter([np.sqrt(1.0 - keep**2)], [1.0, -keep], white, axis=0)
    return noise


def visibility(rng: np.random.Generator, view: View, rate: float) -> Array:
    """How well the estimator says that it sees each joint: (T, 13) in 0..1."""
    shape = view.own_hidden.shape
    logits = PLAIN + np.where(LIMBS, rng.normal(0.0, 0.8, shape[1]), rng.normal(0.0, 0.3))
    logits = logits - np.where(LIMBS, 0.5 * rng.exponential(1.0), 0.0)
    logits = logits + wander(rng, shape, rate, 0.6) * np.where(LIMBS, 1.0, 0.6)
    logits = logits - view.flat[:, None] * LYING_LIMBS
    logits = logits - np.clip(1.5 - view.pixels / 60.0, 0.0, 1.5)[:, None]
    lost = SELF_HIDDEN * view.own_hidden * LIMBS + HIDDEN * view.hidden + OUTSIDE * view.outside
    seen: Array = expit(logits - _calm(lost, rate))
    return seen


def placed(rng: np.random.Generator, view: View, seen: Array, rate: float) -> Array:
    """Where the estimator puts the joints (T, 13, 2): guessed where it does not see them."""
    shape = view.joints.shape
    joints = _drawn_inwards(rng, view.joints)
    doubt = 1.0 - seen[..., None]
    unit = view.size[:, None, None] * np.array([1.0 / view.aspect, 1.0])
    bias = 0.012 * rng.normal(size=shape[1:])
    slow = (0.008 + 0.09 * doubt) * wander(rng, shape, rate, 0.8)
    loud = 1.0 + 2.0 * view.flat[:, None, None] + 5.0 * doubt
    quick = (
        loud * AT_REST * (1.0 + 40.0 / view.pixels[:, None, None]) * wander(rng, shape, rate, 0.05)
    )
    shaken: Array = joints + unit * (bias + slow + quick)
    return shaken


def smoothed(rng: np.random.Generator, joints: Array, rate: float) -> Array:
    """As a smoothing filter leaves them: late by 20 to 80 ms."""
    keep = np.exp(-1.0 / (rate * rng.uniform(0.02, 0.08)))
    start = keep * joints[:1]
    late: Array = lfilter([1.0 - keep], [1.0, -keep], joints, axis=0, zi=start)[0]
    return late


def with_swapped_sides(
    rng: np.random.Generator, joints: Array, times: Array, a_minute: float = 2.0
) -> Array:
    """Take left for right now and then, for a moment: the whole body or only the legs."""
    swapped = joints.copy()
    for _ in range(rng.poisson(a_minute * (times[-1] - times[0]) / 60.0)):
        start = rng.uniform(times[0], times[-1])
        frames = np.flatnonzero((times >= start) & (times < start + rng.exponential(0.4)))
        which = np.flatnonzero(LEGS) if rng.random() < 0.5 else np.arange(len(JOINTS))
        partners = np.array(PARTNERS)[which]
        swapped[np.ix_(frames, which)] = joints[np.ix_(frames, partners)]
    return swapped


def _drawn_inwards(rng: np.random.Generator, joints: Array) -> Array:
    """Outside of the picture an estimator guesses, mostly too near to the edge."""
    keep = rng.uniform(0.1, 1.0)
    inside = np.clip(joints, 0.0, 1.0)
    return inside + keep * (np.clip(joints, -0.6, 1.6) - inside)


def _calm(values: Array, rate: float) -> Array:
    """An estimator notices within about a tenth of a second."""
    keep = np.exp(-1.0 / (rate * 0.1))
    calm: Array = lfilter([1.0 - keep], [1.0, -keep], values, axis=0, zi=keep * values[:1])[0]
    return calm
