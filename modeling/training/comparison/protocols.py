"""What is held out, and what may be learnt from meanwhile."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.splits import Kept, SplitError, group_folds, part_of, split
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.options import ProtocolName

URFD, UPFALL, LE2I = "urfd", "upfall", "le2i"
FILMED = frozenset({URFD, UPFALL, LE2I, "cvat"})
"""Sources of real people. What was made otherwise is learnt from by every split across rooms and
datasets, and neither measures anything there nor has a say in a threshold."""


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

    name: ProtocolName
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
    name: ProtocolName,
    clips: Sequence[LabelledClip],
    settings: TrainingSettings,
    *,
    with_upfall: bool,
) -> Protocol:
    """Split the clips of a dataset; raises SplitError where it lacks what the protocol needs.

    `with_upfall` lets UP-Fall take part in the training where URFD alone is held out.
    """
    match name:
        case ProtocolName.LEAVE_ONE_GROUP_OUT:
            return _leave_one_out(name, clips, "group", with_upfall=with_upfall)
        case ProtocolName.LEAVE_ONE_ROOM_OUT:
            rooms = _leave_one_out(name, clips, "room", with_upfall=with_upfall)
            return replace(rooms, selection=_selection(rooms.splits, clips, settings))
        case ProtocolName.LEAVE_ONE_DATASET_OUT:
            return _leave_one_dataset_out(name, clips, settings)
        case ProtocolName.URFD_TO_UPFALL:
            return _across(name, clips, settings, URFD, UPFALL)
        case ProtocolName.UPFALL_TO_URFD:
            return _across(name, clips, settings, UPFALL, URFD)


def _leave_one_out(
    name: ProtocolName, clips: Sequence[LabelledClip], kept: Kept, *, with_upfall: bool
) -> Protocol:
    urfd = _of_source(clips, URFD)
    measured = urfd if kept == "group" else [*urfd, *_if_there(clips, LE2I)]
    learnt = [*measured, *(_of_source(clips, UPFALL) if with_upfall else [])]
    learnt += [] if kept == "group" else _generated(clips)
    parts = sorted({part_of(clip, kept) for clip in measured})
    if len(parts) < 2:
        raise SplitError(f"{name} needs clips of at least two {kept}s of {URFD}")
    splits = [_split(part, learnt, frozenset({part}), kept) for part in parts]
    return Protocol(name, _sources(learnt), splits)


def _leave_one_dataset_out(
    name: ProtocolName, clips: Sequence[LabelledClip], settings: TrainingSettings
) -> Protocol:
    learnt = [*_of_source(clips, URFD), *_of_source(clips, LE2I), *_generated(clips)]
    splits = [_split(source, learnt, frozenset({source}), "source") for source in (LE2I, URFD)]
    return Protocol(name, _sources(learnt), splits, _selection(splits, clips, settings))


def _across(
    name: ProtocolName,
    clips: Sequence[LabelledClip],
    settings: TrainingSettings,
    source: str,
    other: str,
) -> Protocol:
    learnt, unseen = _of_source(clips, source), _of_source(clips, other)
    measured = _split(other, [*learnt, *unseen], frozenset({other}), "source")
    return Protocol(name, [source], [measured], _selection([measured], clips, settings))


def _selection(
    splits: Sequence[Split], clips: Sequence[LabelledClip], settings: TrainingSettings
) -> dict[str, list[Split]]:
    """Folds of the training part of each split, as those that choose the threshold that ships."""
    selection = {}
    for measured in splits:
        learnt = [clip for clip in clips if clip.labels.name in measured.training]
        filmed = [clip for clip in learnt if clip.labels.source in FILMED]
        folds = group_folds(filmed, settings.folds, settings.seed)
        selection[measured.name] = [
            _split(f"{measured.name} {fold}", learnt, groups, "group")
            for fold, groups in folds.items()
        ]
    return selection


def _split(name: str, clips: Sequence[LabelledClip], held_out: frozenset[str], kept: Kept) -> Split:
    training, validation = split(clips, held_out, kept)
    return Split(name, _names(training), _names(validation))


def _of_source(clips: Sequence[LabelledClip], source: str) -> list[LabelledClip]:
    found = _if_there(clips, source)
    if not found:
        raise SplitError(f"the dataset has no clips of {source}: run build-dataset --{source}")
    return found


def _if_there(clips: Sequence[LabelledClip], source: str) -> list[LabelledClip]:
    return [clip for clip in clips if clip.labels.source == source]


def _generated(clips: Sequence[LabelledClip]) -> list[LabelledClip]:
    return [clip for clip in clips if clip.labels.source not in FILMED]


def _names(clips: Sequence[LabelledClip]) -> tuple[str, ...]:
    return tuple(clip.labels.name for clip in clips)


def _sources(clips: Sequence[LabelledClip]) -> list[str]:
    return sorted({clip.labels.source for clip in clips})
