"""A page to look through films: their skeletons by kind, and their falls beside real ones."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.kept_poses import track_path
from modeling.training.datasets.labels import FALL_AND_LYING, ClipLabels
from modeling.training.report.pages import ASSETS, render
from modeling.training.report.skeletons import skeleton_script
from modeling.training.report.timeline import Timeline, draw_labels
from modeling.training.synthetic.statistics import plot_falls

NAMES = [label.name for label in FALL_AND_LYING]


@dataclass(frozen=True)
class Card:
    """One film on the page."""

    name: str
    kind: str
    timeline: Timeline
    time: float
    """What is shown first, in s: the loss of balance, or the middle of what is seen."""


def write_films_page(
    page: Path, folder: Path, clips: Sequence[ClipLabels], a_kind: int, real: Sequence[LabelledClip]
) -> None:
    """Write `index.html` and what it needs into `page`: so many films `a_kind` of the dataset.

    With `real` clips it has plots of their falls beside those of the dataset.
    """
    page.mkdir(parents=True, exist_ok=True)
    shown = _first_of_each(clips, a_kind)
    films = {clip.name: PoseTrack.load(track_path(folder, clip.name)) for clip in shown}
    cards = [_card(clip, films[clip.name]) for clip in shown]
    for asset in ("player.js", "style.css"):
        copyfile(ASSETS / asset, page / asset)
    plots = plot_falls(_beside(folder, clips, real), page) if real else []
    (page / "skeletons.js").write_text(skeleton_script(films), encoding="utf-8")
    text = render(
        "films.html", cards=cards, kinds=Counter(card.kind for card in cards), plots=plots,
        labels=NAMES, scores={card.name: {"times": [], "scores": []} for card in cards},
    )  # fmt: skip
    (page / "index.html").write_text(text, encoding="utf-8")


def kind_of(clip: ClipLabels) -> str:
    """What a film shows, as its name says."""
    return clip.group.rsplit("-", 1)[0]


def _card(clip: ClipLabels, track: PoseTrack) -> Card:
    seen = track.times[track.rows]
    middle = float(seen[len(seen) // 2]) if len(seen) else 0.0
    time = clip.falls[0].start if clip.falls else middle
    return Card(clip.name, kind_of(clip), draw_labels(clip, NAMES, track), round(time, 2))


def _first_of_each(clips: Sequence[ClipLabels], count: int) -> list[ClipLabels]:
    of_kind: dict[str, list[ClipLabels]] = defaultdict(list)
    for clip in clips:
        of_kind[kind_of(clip)].append(clip)
    return [clip for kind in sorted(of_kind) for clip in of_kind[kind][:count]]


def _beside(
    folder: Path, clips: Sequence[ClipLabels], real: Sequence[LabelledClip]
) -> Mapping[str, list[LabelledClip]]:
    sources: dict[str, list[LabelledClip]] = defaultdict(list)
    for clip in clips:
        if clip.falls:
            track = PoseTrack.load(track_path(folder, clip.name))
            sources[clip.source].append(LabelledClip(clip, track))
    for judged in real:
        sources[judged.labels.source].append(judged)
    return sources
