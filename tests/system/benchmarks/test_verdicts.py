"""How the alarms of one model are joined with the pictures of the other: on clips made by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contract.events import PictureVerdict
from modeling.perception.incidents.replay import Incident
from modeling.perception.poses.pose import LANDMARK_COUNT, PoseTrack
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.labels import ClipLabels, Span
from modeling.training.evaluate.by_event import Outcome

verdicts = pytest.importorskip("benchmarks.verdicts", reason="needs torch")

LABELS = ("upright", "transition", "lying", "nobody")
FRAMES = 150
FALL = (Span(label="fall", start=2.0, end=3.0),)


def clip(name: str, spans: tuple[Span, ...] = ()) -> LabelledClip:
    """Five seconds at 30 frames a second."""
    labels = ClipLabels(name=name, group=name, room="r", view="cam0", source="urfd", spans=spans)
    landmarks = np.zeros((FRAMES, LANDMARK_COUNT, 4), dtype=np.float32)
    return LabelledClip(labels, PoseTrack.of_person(np.arange(FRAMES) / 30, landmarks, 1.0))


def told(clip: LabelledClip, *ends: float) -> Outcome:
    """Alarms of a second each."""
    incidents = [Incident("fall", end - 1.0, end, 0.9) for end in ends]
    return Outcome(clip.labels, 0.0, 4.9, incidents)


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    """Of two clips: until frame 90 somebody is upright, then lies; the truth is a transition."""
    clips, frames = np.repeat(["fall-1", "adl-1"], FRAMES), np.tile(np.arange(FRAMES), 2)
    columns = np.where(frames < 90, LABELS.index("upright"), LABELS.index("lying"))
    path = tmp_path / "predictions.npz"
    np.savez(
        path,
        labels=np.array(LABELS),
        clips=clips,
        frames=frames,
        truth=np.where(frames < 140, LABELS.index("transition"), -1),
        folds=clips,
        probabilities=np.where(np.arange(4) == columns[:, None], 0.91, 0.03).astype(np.float32),
    )
    return path


def test_each_alarm_is_judged_by_the_picture_at_its_end(predictions: Path) -> None:
    postures = verdicts.Postures.load(predictions, annotated=False)
    fall, daily = clip("fall-1", FALL), clip("adl-1")
    clips = {"fall-1": fall, "adl-1": daily}
    found = verdicts.alarms_of(told(fall, 3.5), clips, postures)
    found += verdicts.alarms_of(told(daily, 2.5, 4.9), clips, postures)
    seen = [(alarm.tells, alarm.over, alarm.posture, alarm.verdict) for alarm in found]
    assert seen == [
        (True, True, "lying", PictureVerdict.CONFIRMED),
        (False, True, "upright", PictureVerdict.QUESTIONED),
        (False, False, "lying", PictureVerdict.CONFIRMED),
    ]
    assert [alarm.confidence for alarm in found] == pytest.approx([0.91] * 3)
    table = verdicts.table(found).splitlines()
    assert table[0] == "| alarms | confirmed | questioned | unsure |"
    assert table[2].startswith("| falls | 1 of 1 ")
    assert table[4].startswith("| false alarms | 1 of 2 ")
    assert table[4].count(" of 2 ") == 3


def test_annotations_can_take_the_place_of_the_model(predictions: Path) -> None:
    postures = verdicts.Postures.load(predictions, annotated=True)
    daily = clip("adl-1")
    assert postures.at(daily, 2.5) == ("transition", 1.0)
    assert postures.at(daily, 4.9) == (verdicts.NOT_ANNOTATED, 1.0)


def test_clip_whose_pictures_nobody_judged_is_left_out(predictions: Path) -> None:
    postures = verdicts.Postures.load(predictions, annotated=False)
    other = clip("fall-1-cam1", FALL)
    assert verdicts.alarms_of(told(other, 3.5), {"fall-1-cam1": other}, postures) == []


def test_frame_that_is_missing_is_an_error(predictions: Path) -> None:
    postures = verdicts.Postures.load(predictions, annotated=False)
    longer = clip("adl-1")
    shifted = replace(longer.track, frame_indices=longer.track.frame_indices + FRAMES)
    with pytest.raises(KeyError):
        postures.at(LabelledClip(longer.labels, shifted), 1.0)
