"""What is held out, and what may be learnt from meanwhile."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from modeling.training.datasets.adapters.registry import REFERENCE, SOURCES
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.examples import SplitError
from modeling.training.datasets.splits import Kept, group_folds, part_of, split
from modeling.training.detectors.settings import TrainingSettings


class ProtocolName(StrEnum):
    """What is held out. Others are named A-to-B: what learns from source A is judged on B."""

    LEAVE_ONE_GROUP_OUT = "leave-one-group-out"
    LEAVE_ONE_ROOM_OUT = "leave-one-room-out"
    LEAVE_ONE_DATASET_OUT = "leave-one-dataset-out"


ACROSS = re.compile(rf"(?P<source>{'|'.join(SOURCES)})-to-(?P<other>{'|'.join(SOURCES)})")
TEST_ONLY = [s.name for s in SOURCES.values() if s.is_test_only and s.is_filmed]
ALL_PROTOCOLS = (
    *ProtocolName,
    *(f"{REFERENCE.name}-to-{name}" for name in TEST_ONLY),
    *(f"{name}-to-{REFERENCE.name}" for name in TEST_ONLY),
)


@dataclass(frozen=True)
class Split:
    """Names of clips: those to learn from, and those that are scored afterwards."""

    name: str
    training: tuple[str, ...]
    held_out: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with the clips on either side."""
        sides = json.dumps([self.training, self.held_out])
        return hashlib.sha256(sides.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Protocol:
    """The splits that are measured; `sources` are those of the clips to learn from.

    Each split is judged at the threshold that its `selection`, splits of its training part by the
    split's name, chooses. Where that is empty, the other splits choose it.
    """

    name: str
    sources: list[str]
    splits: list[Split]
    selection: Mapping[str, Sequence[Split]] = field(default_factory=dict)

    @property
    def all_splits(self) -> list[Split]:
        """Those that are measured, and those that choose a threshold, each once."""
        chosen_by = (split for splits in self.selection.values() for split in splits)
        return list(dict.fromkeys([*self.splits, *chosen_by]))

    @property
    def title(self) -> str:
        """Its name, and what it learns from."""
        return f"{self.name}, trained on {' and '.join(self.sources)}"


def make_protocol(
    name: str,
    clips: Sequence[LabelledClip],
    settings: TrainingSettings,
    *,
    with_test_only: bool,
) -> Protocol:
    """Split the clips of a dataset; raises SplitError where it lacks what the protocol needs.

    `with_test_only` lets what is only fit to test on be learnt from, where groups or rooms of the
    others are held out.
    """
    if across := ACROSS.fullmatch(name):
        return _across(name, clips, settings, across["source"], across["other"])
    extra = [c for source in TEST_ONLY for c in _of(clips, source)] if with_test_only else []
    match ProtocolName(name):
        case ProtocolName.LEAVE_ONE_GROUP_OUT:
            measured = _of(clips, REFERENCE.name)
            return _leave_one_out(name, measured, [*measured, *extra], "group")
        case ProtocolName.LEAVE_ONE_ROOM_OUT:
            measured = _recorded(clips)
            learnt = [*measured, *extra, *_generated(clips)]
            rooms = _leave_one_out(name, measured, learnt, "room")
            return replace(rooms, selection=_selection(rooms.splits, clips, settings))
        case ProtocolName.LEAVE_ONE_DATASET_OUT:
            measured = _recorded(clips)
            datasets = _leave_one_out(name, measured, [*measured, *_generated(clips)], "source")
            return replace(datasets, selection=_selection(datasets.splits, clips, settings))


def _leave_one_out(
    name: str, measured: Sequence[LabelledClip], learnt: Sequence[LabelledClip], kept: Kept
) -> Protocol:
    parts = sorted({part_of(clip, kept) for clip in measured})
    if len(parts) < 2:
        raise SplitError(f"{name} needs clips of at least two {kept}s, has {', '.join(parts)}")
    splits = [_split(part, learnt, frozenset({part}), kept) for part in parts]
    return Protocol(name, _sources(learnt), splits)


def _across(
    name: str,
    clips: Sequence[LabelledClip],
    settings: TrainingSettings,
    source: str,
    other: str,
) -> Protocol:
    learnt, unseen = _of(clips, source), _of(clips, other)
    measured = _split(other, [*learnt, *unseen], frozenset({other}), "source")
    return Protocol(name, [source], [measured], _selection([measured], clips, settings))


def _selection(
    splits: Sequence[Split], clips: Sequence[LabelledClip], settings: TrainingSettings
) -> dict[str, list[Split]]:
    """Folds of the training part of each split, as those that choose the threshold that ships."""
    selection = {}
    for measured in splits:
        learnt = [clip for clip in clips if clip.labels.name in measured.training]
        filmed = [clip for clip in learnt if clip.source.is_filmed]
        folds = group_folds(filmed, settings.folds, settings.seed)
        selection[measured.name] = [
            _split(f"{measured.name} {fold}", learnt, groups, "group")
            for fold, groups in folds.items()
        ]
    return selection


def _split(name: str, clips: Sequence[LabelledClip], held_out: frozenset[str], kept: Kept) -> Split:
    training, validation = split(clips, held_out, kept)
    return Split(name, _names(training), _names(validation))


def _of(clips: Sequence[LabelledClip], source: str) -> list[LabelledClip]:
    found = [clip for clip in clips if clip.labels.source == source]
    if not found:
        raise SplitError(f"the dataset has no clips of {source}: run build-dataset --from {source}")
    return found


def _recorded(clips: Sequence[LabelledClip]) -> list[LabelledClip]:
    return [clip for clip in clips if clip.source.is_filmed and not clip.source.is_test_only]


def _generated(clips: Sequence[LabelledClip]) -> list[LabelledClip]:
    return [clip for clip in clips if not clip.source.is_filmed and not clip.source.is_test_only]


def _names(clips: Sequence[LabelledClip]) -> tuple[str, ...]:
    return tuple(clip.labels.name for clip in clips)


def _sources(clips: Sequence[LabelledClip]) -> list[str]:
    return sorted({clip.labels.source for clip in clips})
