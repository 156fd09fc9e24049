"""Does the key picture tell falls from false alarms? `uv run python -m benchmarks.verdicts`.

Joins what both models say of clips that neither has seen: the alarms of the detector, from the
scores that `evaluate-lstm-model --protocol leave-one-group-out --out data/evaluation-groups` keeps,
and what `posture` says of the frame at each alarm's END, from the out-of-fold predictions of its
training. URFD's clips of the horizontal camera. Many of them end before the alarm does: their last
frame stands for the one that a camera would have seen.

With `--fall-threshold` the detector is made more eager than it is, for more false alarms to see;
with `--annotated` people have judged the pictures, which no model can better.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from common.cli import plain_errors
from contract.events import PictureVerdict
from modeling.perception.images.verdict import verdict_of
from modeling.training.comparison.compare import Scores, judge_protocol
from modeling.training.comparison.model_name import ModelName
from modeling.training.comparison.parallel_scores import HeldOutError, load_scores
from modeling.training.comparison.protocols import Protocol, ProtocolName, make_protocol
from modeling.training.datasets.clips import DatasetError, LabelledClip, load_dataset, vocabulary_of
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.by_event import Outcome
from modeling.training.evaluate.intervals import Rate
from modeling.training.evaluate.study import JudgedClip, judge, thresholds_at

NOT_ANNOTATED = "not annotated"
VERDICTS = (PictureVerdict.CONFIRMED, PictureVerdict.QUESTIONED, PictureVerdict.UNSURE)


@dataclass(frozen=True)
class Alarm:
    """An incident of `fall`, and what the picture at its END says.

    `tells` says whether there was a fall, `over` whether the clip goes on after the END.
    """

    clip: str
    group: str
    tells: bool
    over: bool
    posture: str
    confidence: float

    @property
    def verdict(self) -> PictureVerdict:
        """What the household would read."""
        return verdict_of(self.posture, self.confidence)


@dataclass(frozen=True)
class Postures:
    """The most probable posture of every frame of some clips, and its probability."""

    clips: frozenset[str]
    by_frame: dict[tuple[str, int], tuple[str, float]]

    @classmethod
    def load(cls, path: Path, *, annotated: bool) -> "Postures":
        """Read what was predicted, or the truth; raises OSError, KeyError or ValueError."""
        with np.load(path) as file:
            names, scores = [*file["labels"].tolist(), NOT_ANNOTATED], file["probabilities"]
            best = file["truth"] if annotated else scores.argmax(axis=1)
            surest = np.ones(len(best)) if annotated else scores.max(axis=1)
            keys = list(zip(file["clips"].tolist(), file["frames"].tolist(), strict=True))
            said = [(names[b], float(p)) for b, p in zip(best.tolist(), surest, strict=True)]
        return cls(frozenset(clip for clip, _ in keys), dict(zip(keys, said, strict=True)))

    def at(self, clip: LabelledClip, time: float) -> tuple[str, float]:
        """That of the frame nearest to `time`; raises KeyError where it is not there."""
        nearest = int(np.abs(clip.track.times - time).argmin())
        return self.by_frame[clip.labels.name, int(clip.track.frame_indices[nearest])]


def main(
    predictions: Annotated[Path, typer.Argument(help="`predictions.npz` of posture's training.")],
    scores: Annotated[
        Path, typer.Option(help="The folder of lstm-*.npz below --out of the evaluation.")
    ] = Path("data/evaluation-groups/scores"),
    protocol: Annotated[
        ProtocolName, typer.Option(help="How the detector's clips were held out.")
    ] = ProtocolName.LEAVE_ONE_GROUP_OUT,
    dataset: Annotated[Path, typer.Option(help="What build-dataset wrote.")] = DEFAULT_DATASET,
    fall_threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1.0, help="In place of the chosen ones.")
    ] = None,
    annotated: Annotated[
        bool, typer.Option("--annotated", help="Take what people say of the pictures instead.")
    ] = False,
) -> None:
    """Count the falls and the false alarms that their pictures confirm and question."""
    with plain_errors(OSError, KeyError, ValueError, DatasetError, HeldOutError):
        _measure(predictions, scores, protocol, dataset, fall_threshold, annotated=annotated)


def _measure(
    predictions: Path,
    scores: Path,
    protocol: ProtocolName,
    dataset: Path,
    fall_threshold: float | None,
    *,
    annotated: bool,
) -> None:
    settings = TrainingSettings()
    clips = load_dataset(dataset)
    by_name = {clip.labels.name: clip for clip in clips}
    held_out = make_protocol(protocol, clips, settings, with_test_only=False)
    judged = judge_clips(held_out, by_name, _key_folder(scores), settings, fall_threshold)
    postures = Postures.load(predictions, annotated=annotated)
    alarms = [alarm for clip in judged for alarm in alarms_of(clip.outcome, by_name, postures)]
    judge_name = "people" if annotated else "posture"
    at = "as chosen" if fall_threshold is None else fall_threshold
    typer.echo(f"{held_out.title}; fall threshold {at}; judged by {judge_name}\n")
    typer.echo(table(alarms))
    for alarm in alarms:
        if not alarm.tells:
            said = f"{alarm.verdict}: {alarm.posture} {alarm.confidence:.0%}"
            typer.echo(f"false alarm in {alarm.clip}: {said}")


def judge_clips(
    protocol: Protocol,
    clips: dict[str, LabelledClip],
    folder: Path,
    settings: TrainingSettings,
    fall_threshold: float | None,
) -> list[JudgedClip]:
    """What the detector told of each clip that it had not learnt from."""
    model = ModelName.LSTM
    kept: Scores = {
        (model, split): load_scores(
            folder / f"{model}-{split.digest}.npz",
            [ClipWindows.of(clips[name]) for name in split.held_out],
        )
        for split in protocol.all_splits
    }
    vocabulary = vocabulary_of(list(clips.values()))
    if fall_threshold is None:
        return judge_protocol(protocol, model, kept, vocabulary, settings)
    thresholds = thresholds_at(vocabulary, fall_threshold)
    return [c for s in protocol.splits for c in judge(s.name, kept[model, s], thresholds)]


def alarms_of(outcome: Outcome, clips: dict[str, LabelledClip], postures: Postures) -> list[Alarm]:
    """The alarms of one clip; none of a clip whose pictures nobody has judged."""
    alarms, labels = [], outcome.labels
    for incident in outcome.incidents if labels.name in postures.clips else ():
        said = postures.at(clips[labels.name], incident.end)
        tells = incident not in outcome.false_alarms
        over = incident.end < outcome.end
        alarms.append(Alarm(labels.name, labels.group, tells, over, *said))
    return alarms


def table(alarms: Sequence[Alarm]) -> str:
    """A row per kind of alarm, a column per verdict, each with its 95 % interval."""
    kinds = {
        "falls": [alarm for alarm in alarms if alarm.tells],
        "of these, END before the clip's": [a for a in alarms if a.tells and a.over],
        "false alarms": [alarm for alarm in alarms if not alarm.tells],
    }
    head = ("alarms", *VERDICTS)
    rows = [
        (kind, *(_share(part, verdict) for verdict in VERDICTS)) for kind, part in kinds.items()
    ]
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(alarms: Sequence[Alarm], verdict: PictureVerdict) -> str:
    observed = [(alarm.group, alarm.verdict is verdict) for alarm in alarms]
    return str(Rate.over_groups(observed))


def _key_folder(scores: Path) -> Path:
    """`scores` itself, or its one folder: an evaluation keeps them under a digest of its inputs."""
    if any(scores.glob("*.npz")):
        return scores
    folders = [folder for folder in scores.glob("*") if folder.is_dir()]
    if len(folders) != 1:
        sys.exit(f"expected one folder of scores in {scores}, found {len(folders)}: name it")
    return folders[0]


if __name__ == "__main__":
    typer.run(main)
