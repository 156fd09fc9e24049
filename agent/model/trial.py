"""Tries a version before it serves: on windows of nothing, of calm, and of a fall.

It is a process of its own, `python -m agent.model.trial FOLDER`, since a network that ends its
process would end the watch. The windows are of the recording that ships with the demo, from the UR
Fall Detection Dataset (Kwolek and Kepski, 2014; CC BY-NC-SA 4.0): `testkit/sanity_windows.py`.
"""

import resource
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from common.text import one_line
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import WINDOW_SHAPE, Detector
from modeling.perception.windows.features import window_features
from modeling.perception.windows.windows import RATE_HZ

SANITY_WINDOWS = Path(__file__).with_name("sanity_windows.npz")
TRIAL_SEC = 120.0
MOST_MEMORY = 2 * 2**30
"""Bytes of addresses that a trial may take; that of the detector that ships takes a tenth."""
MOST_ALARMS = 0.25
"""Of the windows of calm."""
LEAST_SPREAD = 0.01
"""Between the highest and the lowest score: one that says the same of everything is dead."""


class TrialFailed(Exception):
    """The version is not to serve; the message says in one line why."""


@dataclass(frozen=True, eq=False)
class SanityWindows:
    """(N, 16, F) features each."""

    calm: NDArray[np.float32]
    fall: NDArray[np.float32]

    @classmethod
    def load(cls) -> Self:
        """Those that ship with the code."""
        with np.load(SANITY_WINDOWS, allow_pickle=False) as kept:
            calm, fall = (
                window_features(kept[name].astype(np.float32), float(kept["aspect"]), RATE_HZ)
                for name in ("calm", "fall")
            )
        return cls(calm, fall)


def try_in_own_process(folder: Path, patience_sec: float = TRIAL_SEC) -> None:
    """Try the checkpoint in `folder`; raises TrialFailed, and OSError where no process starts."""
    command = [sys.executable, "-P", "-m", "agent.model.trial", str(folder)]
    try:
        tried = subprocess.run(command, capture_output=True, timeout=patience_sec, check=False)  # noqa: S603 (our own)
    except subprocess.TimeoutExpired as error:
        raise TrialFailed(f"it was not tried within {patience_sec:.0f} s") from error
    if tried.returncode < 0:
        raise TrialFailed(f"it ended the process that tried it, by signal {-tried.returncode}")
    if tried.returncode:
        said = tried.stderr.decode(errors="replace").strip().splitlines()
        raise TrialFailed(one_line(said[-1] if said else "it does not say why", 200))


def check_plausible(detector: Detector, windows: SanityWindows) -> None:
    """Raise TrialFailed unless what it says of windows that are known can be believed."""
    nothing = np.zeros((4, *WINDOW_SHAPE), dtype=np.float32)
    calm, fall = detector.scores(windows.calm), detector.scores(windows.fall)
    said = np.concatenate([detector.scores(nothing), calm, fall])
    if not np.isfinite(said).all() or said.min() < 0.0 or said.max() > 1.0:
        raise TrialFailed("its scores are no probabilities")
    if float(np.ptp(said, axis=0).max()) < LEAST_SPREAD:
        raise TrialFailed("it says the same of every window")
    labels = detector.manifest.labels
    anomalous = [index for index, label in enumerate(labels) if label.anomalous]
    thresholds = np.array([labels[index].threshold for index in anomalous])
    alarms = float((calm[:, anomalous] >= thresholds).any(axis=1).mean())
    if alarms > MOST_ALARMS:
        raise TrialFailed(f"it sees a fall in {alarms:.0%} of windows in which nobody falls")
    if fall[:, anomalous].max() <= calm[:, anomalous].max():
        raise TrialFailed("a fall scores no higher with it than calm")


def give_way() -> None:
    """Take no more memory than a trial needs, and be who ends where the box has too little."""
    with suppress(OSError, ValueError):  # other systems have no such limits
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def main(folder: Path) -> int:
    """The exit status; what is wrong goes to the standard error, in one line."""
    give_way()
    try:
        check_plausible(Detector.load(folder), SanityWindows.load())
    except (CheckpointError, TrialFailed) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
