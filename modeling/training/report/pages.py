"""The report's files: an index, a page of clips for each study, plots, poses, style and player."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from shutil import copyfile
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from modeling.perception.poses.pose import PoseTrack
from modeling.training.evaluate.by_event import EventFigures, figures_by_part
from modeling.training.evaluate.by_window import WindowFigures, label_windows, window_figures
from modeling.training.evaluate.study import JudgedClip, Study
from modeling.training.report.findings import Finding, Kind, findings
from modeling.training.report.plots import (
    plot_calibration,
    plot_operating_curve,
    plot_precision_recall,
)
from modeling.training.report.skeletons import skeleton_script
from modeling.training.report.timeline import Timeline, draw_timeline

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Card:
    """One finding, and all that is needed to look at it; `id` is unique on its page."""

    id: str
    judged: JudgedClip
    finding: Finding
    timeline: Timeline


@dataclass(frozen=True)
class StudyPage:
    """A study's figures, and its page of clips, which is written to `file`.

    `by_event` has the figures of each view and of all clips, `by_window` those of each label.
    """

    study: Study
    file: str
    cards: list[Card]
    by_event: dict[str, EventFigures]
    by_window: dict[str, WindowFigures]

    @property
    def counts(self) -> Counter[Kind]:
        """How many cards there are of each kind."""
        return Counter(card.finding.kind for card in self.cards)

    @property
    def scores(self) -> dict[str, dict[str, Any]]:
        """The windows' times in seconds and scores, to three places, for each card."""
        return {card.id: _rounded(card.judged) for card in self.cards}


@dataclass(frozen=True)
class Plot:
    """A plot's file, and what it shows: a name of the index's captions, and a label or nothing."""

    file: str
    shows: str
    label: str


@dataclass(frozen=True)
class Protocol:
    """The studies of one protocol, which the index shows side by side."""

    name: str
    pages: list[StudyPage]
    plots: list[Plot]

    @property
    def overall(self) -> dict[str, EventFigures]:
        """The figures by event of each model, over all clips."""
        return {page.study.model: page.by_event["all"] for page in self.pages}


def write_report(
    folder: Path, studies: Sequence[Study], tracks: Mapping[str, PoseTrack], caveat: str
) -> Path:
    """Write the report into `folder` and return its index.html, which opens with the caveat.

    `tracks` holds the poses of every clip of the studies, by the clip's name. Studies of one
    protocol follow each other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for asset in ASSETS.iterdir():
        copyfile(asset, folder / asset.name)
    shown = {clip.scored.labels.name for study in studies for clip in study.clips}
    _write(folder / "skeletons.js", skeleton_script({name: tracks[name] for name in shown}))
    pages = [_study_page(number, study) for number, study in enumerate(studies, start=1)]
    for page in pages:
        text = render("clips.html", page=page, kinds=Kind, labels=list(page.by_window))
        _write(folder / page.file, text)
    index = folder / "index.html"
    protocols = _protocols(folder, pages)
    _write(index, render("index.html", caveat=caveat, protocols=protocols, kinds=Kind))
    return index


def _study_page(number: int, study: Study) -> StudyPage:
    found = [(clip, finding) for clip in study.clips for finding in findings(clip)]
    cards = [
        Card(f"card-{place}", clip, finding, draw_timeline(clip))
        for place, (clip, finding) in enumerate(found, start=1)
    ]
    return StudyPage(
        study=study,
        file=f"clips-{number:02}-{_slug(study.protocol, study.model)}.html",
        cards=cards,
        by_event=figures_by_part([clip.outcome for clip in study.clips]),
        by_window=window_figures(study.clips),
    )


def _protocols(folder: Path, pages: Sequence[StudyPage]) -> list[Protocol]:
    grouped = groupby(pages, key=lambda page: page.study.protocol)
    protocols = [(name, list(part)) for name, part in grouped]
    return [
        Protocol(name, part, _plots(folder, number, part))
        for number, (name, part) in enumerate(protocols, start=1)
    ]


def _plots(folder: Path, number: int, pages: Sequence[StudyPage]) -> list[Plot]:
    prefix = f"plot-{number:02}-{_slug(pages[0].study.protocol)}"
    operating = Plot(f"{prefix}-operating.svg", "operating", "")
    plot_operating_curve([page.study for page in pages], folder / operating.file)
    plots = [operating]
    for label in pages[0].by_window:
        windows = {page.study.model: label_windows(page.study.clips, label) for page in pages}
        figures = {page.study.model: page.by_window[label] for page in pages}
        recall = Plot(f"{prefix}-recall-{label}.svg", "recall", label)
        plot_precision_recall(windows, figures, folder / recall.file)
        calibration = Plot(f"{prefix}-calibration-{label}.svg", "calibration", label)
        plot_calibration(windows, folder / calibration.file)
        plots += [recall, calibration]
    return plots


def _rounded(judged: JudgedClip) -> dict[str, Any]:
    return {
        "times": [round(time, 3) for time in judged.scored.times],
        "scores": [
            None if row is None else [round(float(score), 3) for score in row]
            for row in judged.scored.scores
        ],
    }


def _slug(*names: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", " ".join(names).lower()).strip("-")


def render(template: str, **values: object) -> str:
    """A page of the report's templates, filled in."""
    environment = Environment(
        loader=PackageLoader("modeling.training.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(values)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
