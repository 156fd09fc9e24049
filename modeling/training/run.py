"""A whole training run of any model, in reading order: validate, fit, save."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

from pydantic import BaseModel

from common.progress import progress_bar
from modeling.perception.detector.checkpoint import save_manifest
from modeling.training.datasets.examples import Examples
from modeling.training.export.files import replacing_files
from modeling.training.loop import Epoch, OnEpoch, make_repeatable
from modeling.training.runs.inputs import Inputs
from modeling.training.runs.snapshots import Snapshot, Snapshots, start_line
from modeling.training.settings import LoopSettings

E = TypeVar("E", bound=Examples)
F = TypeVar("F")
M_co = TypeVar("M_co", bound=BaseModel, covariant=True)

EVERYTHING = "all"
"""The name of the fit that holds nothing out; the others have those of their splits."""

Hear = Callable[[str, Epoch], None]
"""Hears of each epoch, by the name of its fit."""


def nobody(_fit: str, _epoch: Epoch) -> None:
    """Hears nothing."""


class Training(Protocol[E, F, M_co]):
    """What differs between the models: `examples` to learn from, how one is fitted, what is said.

    `code` names the modules that make weights of the examples. `splits` are the groups
    that each validation holds out, by its name.
    """

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> Sequence[str]: ...
    @property
    def settings(self) -> LoopSettings: ...
    @property
    def examples(self) -> E: ...
    @property
    def splits(self) -> Mapping[str, frozenset[str]]: ...

    def fit(
        self, examples: E, held_out: E | None, on_epoch: OnEpoch, snapshot: Snapshot | None
    ) -> F:
        """Learn from the examples, on from the snapshot if it holds something.

        `held_out` are those of which it may learn nothing, and is judged on after each epoch.
        """
        ...

    def save(self, fitted: F, validated: Mapping[str, F], folder: Path) -> M_co:
        """Write all files of the checkpoint but the manifest, which is returned.

        `validated` are the fits that each split was held out from; raises ExportError.
        """
        ...


def inputs_of(training: Training[E, F, M_co]) -> Inputs:
    held_out = {name: sorted(groups) for name, groups in training.splits.items()}
    return Inputs.of(
        training.name, training.settings, training.code, training.examples.digest(), held_out
    )


def train_checkpoint(
    training: Training[E, F, M_co], folder: Path, snapshots: Snapshots, hear: Hear = nobody
) -> M_co:
    """Fit without each of the splits, then to everything, and write the checkpoint.

    Fits that `snapshots` hold are not made again, and `hear` hears of their epochs as well. In the
    end the snapshots are removed, and the files in `folder` replaced.
    """
    make_repeatable()
    splits, epochs = training.splits, training.settings.epochs
    fit = partial(_fit, training, snapshots, hear)
    with progress_bar("validating", len(splits) * epochs) as step:
        validated = {name: fit(name, held_out, step) for name, held_out in splits.items()}
    with progress_bar("fitting", epochs) as step:
        fitted = fit(EVERYTHING, frozenset(), step)
    with replacing_files(folder) as scratch:
        manifest = training.save(fitted, validated, scratch)
        save_manifest(scratch, manifest)
    snapshots.remove()
    return manifest


def _fit(
    training: Training[E, F, M_co],
    snapshots: Snapshots,
    hear: Hear,
    name: str,
    held_out: frozenset[str],
    step: Callable[[], None],
) -> F:
    """The fit of that name, to all groups but those that are held out."""

    def on_epoch(epoch: Epoch) -> None:
        hear(name, epoch)
        step()

    learnt, judged = training.examples, None
    if held_out:
        learnt, judged = learnt.without(held_out), learnt.of_groups(held_out)
    return training.fit(learnt, judged, on_epoch, snapshots.of(name))


def resume_or_start(
    training: Training[E, F, M_co],
    folder: Path,
    kept: Path,
    say: Callable[[str], None],
    *,
    fresh: bool,
    hear: Hear = nobody,
) -> M_co:
    """Train on from what a stopped run left in `kept`, unless `fresh`; `say` hears which it is."""
    inputs = inputs_of(training)
    say(start_line(kept, inputs, fresh=fresh))
    return train_checkpoint(training, folder, Snapshots.open(kept, inputs, fresh=fresh), hear)


def dry_run(brief: Callable[[Path], Training[E, F, M_co]]) -> M_co:
    """Go the whole way in seconds, in a scratch folder; keep nothing.

    What would break a long run at its end (labels, a split, the export, the disk) breaks here.
    """
    with TemporaryDirectory() as name:
        root = Path(name)
        training = brief(root)
        snapshots = Snapshots.open(root / "snapshots", inputs_of(training))
        return train_checkpoint(training, root / "checkpoint", snapshots)
