"""Scores of held-out clips: made by several processes, kept on disk, and never made twice.

The score of a clip follows from its split, the model, the settings, the dataset and the code from
pose to score, and the file that keeps it is named by a digest of all these. Each process computes
on one thread and takes no notice of the others, so their number changes nothing.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from zipfile import BadZipFile

import numpy as np
from threadpoolctl import threadpool_limits

from modeling.training.comparison.model_name import ModelName
from modeling.training.comparison.models import MODELS
from modeling.training.comparison.protocols import Split
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.examples import Windows
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.scoring import ScoredClip, score_clip, scored_clip
from modeling.training.loop import make_repeatable


class HeldOutError(Exception):
    """Scores could not be made or read; the message is one plain line that says what to do."""


@dataclass(frozen=True)
class Fit:
    """`model` learns from the training part of `split`; `path` keeps its scores of the rest."""

    model: ModelName
    split: Split
    path: Path


@dataclass(frozen=True)
class Material:
    """What every fit draws on: the clips and their examples, by the clip's name."""

    clips: Mapping[str, LabelledClip]
    examples: Mapping[str, Windows]
    settings: TrainingSettings


def score_held_out(
    fits: Sequence[Fit], material: Material, processes: int, on_fit: Callable[[], None]
) -> None:
    """Do the fits in `processes` processes; `on_fit` is called after each of them.

    When it is interrupted no process is left behind, and what was finished stays on disk.
    """
    with _workers(material, processes) as executor:
        with _interrupts_later():  # processes start here, and are never interrupted themselves
            scoring = [executor.submit(_score, fit) for fit in fits]
        for done in as_completed(scoring):
            try:
                done.result()
            except BrokenProcessPool as error:
                raise HeldOutError(
                    "a process was killed, perhaps for want of memory: try fewer --jobs"
                ) from error
            on_fit()


@contextmanager
def _workers(material: Material, processes: int) -> Iterator[ProcessPoolExecutor]:
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), _start_worker, (material,)
    )
    with executor:
        try:
            yield executor
        except BaseException:
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            raise


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Hold back Ctrl-C; processes that are started meanwhile never hear of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# In a worker process, set once when it starts: too large to be sent with each fit.
_material: Material


def _start_worker(material: Material) -> None:
    global _material
    _material = material
    Thread(target=_end_with_parent, daemon=True).start()
    threadpool_limits(1)
    make_repeatable()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # from a thread; there is nothing to tidy up


def _score(fit: Fit) -> None:
    training = [_material.examples[name] for name in fit.split.training]
    score = MODELS[fit.model](Windows.concatenate(training), _material.settings)
    held_out = [ClipWindows.of(_material.clips[name]) for name in fit.split.held_out]
    save_scores(fit.path, [score_clip(score, windows) for windows in held_out])


def save_scores(path: Path, clips: Sequence[ScoredClip]) -> None:
    """Write the scores of all windows of all clips, all or nothing."""
    scores = [clip.everybody.scores for clip in clips if clip.everybody is not None]
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, lengths=[len(part) for part in scores], scores=np.concatenate(scores))
    unfinished.replace(path)


def load_scores(path: Path, clips: Sequence[ClipWindows]) -> list[ScoredClip]:
    """Read the scores of `clips`, in the order in which they were written."""
    try:
        with path.open("rb") as opened, np.load(opened) as file:
            parts = np.split(file["scores"], np.cumsum(file["lengths"])[:-1])
        return [scored_clip(clip, part) for clip, part in zip(clips, parts, strict=True)]
    except (OSError, ValueError, KeyError, BadZipFile, EOFError, StopIteration) as error:
        raise HeldOutError(f"{path} is damaged: delete it and start again") from error
