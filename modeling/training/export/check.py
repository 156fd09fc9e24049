"""The trained network in the formats that others run, refused unless they score as torch does."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import ONNX_NAME
from modeling.training.datasets.clips import LabelledClip, clip_examples
from modeling.training.detectors.network import Ensemble, probabilities
from modeling.training.evaluate.scoring import Scorer
from modeling.training.export.onnx import onnx_scorer, write_onnx
from modeling.training.export.torchscript import (
    TORCHSCRIPT_NAME,
    torchscript_scorer,
    write_torchscript,
)

MAX_DIFFERENCE = 1e-4
RANDOM_WINDOWS = 1000
AT_ONCE = 4096
"""Windows that are scored together: the states of an LSTM take 12 kB a window."""


class ExportError(Exception):
    """An exported network scores differently; the message states which, and by how much."""


@dataclass(frozen=True)
class Format:
    """A file that scores normalised windows (N, 16, F) without this project's code."""

    name: str
    file: str
    write: Callable[[nn.Module, Path], None]
    scorer: Callable[[Path], Scorer]


FORMATS = (
    Format("ONNX", ONNX_NAME, write_onnx, onnx_scorer),
    Format("TorchScript", TORCHSCRIPT_NAME, write_torchscript, torchscript_scorer),
)


def plain_windows(clips: Sequence[LabelledClip]) -> NDArray[np.float32]:
    """All (N, 16, F) windows of the clips as they are, which is what validation scores."""
    return np.concatenate([clip_examples(clip).features for clip in clips])


def random_windows() -> NDArray[np.float32]:
    """(1000, 16, F) windows of normally distributed features, the same each time."""
    shape = (RANDOM_WINDOWS, WINDOW_LENGTH, FEATURE_COUNT)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@contextmanager
def replacing_files(folder: Path) -> Iterator[Path]:
    """A scratch folder; its files replace those in `folder` once all of them are written."""
    scratch = folder / ".unfinished"
    shutil.rmtree(scratch, ignore_errors=True)  # of a command that was killed
    scratch.mkdir(parents=True)
    try:
        yield scratch
        for path in sorted(scratch.iterdir()):
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(scratch)


def export_network(
    network: Ensemble, folder: Path, normalized: NDArray[np.float32]
) -> dict[str, float]:
    """Write every format into `folder`, each checked on (N, 16, F) normalised windows.

    Returns the largest difference in probability to torch by the format's name; raises ExportError
    when one is above 1e-4.
    """
    scorer = probabilities(network)
    expected = in_blocks(partial(torch_scores, scorer), normalized)
    differences = {}
    for form in FORMATS:
        form.write(scorer, folder / form.file)
        scores = in_blocks(form.scorer(folder / form.file), normalized)
        differences[form.name] = largest_difference(scores, expected)
        if not differences[form.name] <= MAX_DIFFERENCE:
            raise ExportError(
                f"{form.name} and torch differ by {differences[form.name]:.1e} in probability, "
                f"expected at most {MAX_DIFFERENCE:.0e}"
            )
    return differences


def gpu_difference(network: Ensemble, normalized: NDArray[np.float32]) -> dict[str, float]:
    """The largest difference between torch on this machine's GPU and on its processor, by name.

    Nothing where there is no GPU. It is told, and refuses nothing: the product uses no GPU.
    """
    if not torch.cuda.is_available():
        return {}
    scorer = probabilities(network)
    expected = in_blocks(partial(torch_scores, scorer), normalized)
    on_gpu = partial(torch_scores, deepcopy(scorer).cuda(), device="cuda")
    there = in_blocks(on_gpu, normalized)
    return {f"torch on {torch.cuda.get_device_name()}": largest_difference(there, expected)}


def in_blocks(score: Scorer, normalized: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score (N, 16, F) windows, of which there is one at least, without holding all their states.

    Gives (N, L) probabilities.
    """
    starts = range(0, len(normalized), AT_ONCE)
    return np.concatenate([score(normalized[start : start + AT_ONCE]) for start in starts])


def torch_scores(
    scorer: nn.Module, normalized: NDArray[np.float32], device: str = "cpu"
) -> NDArray[np.float32]:
    """(N, 16, F) normalised windows to (N, L) probabilities."""
    with torch.no_grad():
        scores: NDArray[np.float32] = scorer(torch.from_numpy(normalized).to(device)).cpu().numpy()
    return scores


def largest_difference(scores: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """Over all windows and labels; NaN where a score is none."""
    return float(np.abs(scores - expected).max())
