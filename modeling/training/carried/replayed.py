"""Versions of the detector over what a household's record shows, as caregivers would hear of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from contract.comparisons import RECORD, Change, Difference, Replayed, Stretch, Truth
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.detector import Detector
from modeling.perception.incidents.watch import Watch
from modeling.perception.poses.pose import PoseTrack, PoseTrackError
from modeling.perception.windows.windows import Moment, stacked_features, track_moments
from modeling.training.carried.evaluated import figure_of, share_of
from modeling.training.evaluate.intervals import Rate, hourly
from modeling.training.evaluate.told import is_told, watch_clip


@dataclass(frozen=True)
class Replays:
    """The stretches that could be read, how long each is, and how often each version tells in it.

    `told` has a number a stretch, for each version by its id.
    """

    stretches: Sequence[Stretch]
    seconds: Sequence[float]
    told: Mapping[str, Sequence[int]]

    @classmethod
    def of(
        cls,
        detectors: Mapping[str, Detector],
        stretches: Sequence[Stretch],
        folder: Path,
        talk: Talk,
    ) -> Self:
        """Replay each stretch whose poses lie in `folder`, through the live watch."""
        read, seconds = list[Stretch](), list[float]()
        told: dict[str, list[int]] = {key: [] for key in detectors}
        for number, stretch in enumerate(stretches, start=1):
            try:
                track = PoseTrack.load(folder / RECORD / f"{stretch.track}.npz")
            except PoseTrackError:
                continue
            read.append(stretch)
            seconds.append(float(track.times[-1]))
            moments = track_moments(track)
            for key, detector in detectors.items():
                told[key].append(times_told(detector, moments))
            talk.progress("replaying", number, len(stretches))
        return cls(read, seconds, told)

    def told_of(self, version_id: str, truth: Truth) -> list[bool]:
        """Of each stretch that shows this: whether anything is told."""
        pairs = zip(self.stretches, self.told[version_id], strict=True)
        return [told > 0 for stretch, told in pairs if stretch.truth is truth]


def times_told(detector: Detector, moments: Sequence[Moment]) -> int:
    """How often a caregiver hears of something in a stream that ends with the moments."""
    windows = [window for moment in moments for window in moment.windows]
    if not windows:
        return 0
    scores = detector.scores(stacked_features(windows))
    return sum(map(is_told, watch_clip(moments, scores, detector.manifest.labels, Watch())))


def replayed(replays: Replays, version_id: str) -> Replayed:
    """What a version makes of all of it."""
    falls, false_alarms, unjudged = (
        share_of(Rate.of(sum(told), len(told)))
        for truth in (Truth.FALL, Truth.FALSE_ALARM, Truth.UNJUDGED)
        for told in [replays.told_of(version_id, truth)]
    )
    of_all = zip(replays.stretches, replays.seconds, replays.told[version_id], strict=True)
    ordinary = [(sec, told) for stretch, sec, told in of_all if stretch.truth is Truth.ORDINARY]
    seconds, told = sum(sec for sec, _ in ordinary), sum(told for _, told in ordinary)
    return Replayed(
        falls_told=falls,
        false_alarms_told=false_alarms,
        unjudged_told=unjudged,
        ordinary_minutes=seconds / 60.0,
        ordinary_told=told,
        ordinary_told_an_hour=figure_of(hourly(told, seconds / 3600.0)),
    )


def differences(replays: Replays, first_id: str, version_id: str) -> tuple[Difference, ...]:
    """The stretches of which one of the two versions tells, and the other does not."""
    rows = zip(replays.stretches, replays.told[first_id], replays.told[version_id], strict=True)
    return tuple(
        Difference(
            change=_change(stretch.truth, is_told_now=now > 0),
            truth=stretch.truth,
            incident_id=stretch.incident_id,
            camera_id=stretch.camera_id,
            at=stretch.at,
        )
        for stretch, before, now in rows
        if (before > 0) != (now > 0)
    )


def count_changes(found: Sequence[Difference]) -> dict[Change, int]:
    """How many there are of each kind, 0 too."""
    counted = Counter(each.change for each in found)
    return {change: counted[change] for change in Change}


def _change(truth: Truth, *, is_told_now: bool) -> Change:
    if truth is Truth.FALL:
        return Change.FALL_FOUND if is_told_now else Change.FALL_LOST
    return Change.ALARM_MORE if is_told_now else Change.ALARM_FEWER
