"""The card of a detector; its words are in `card.toml`."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from modeling.perception.detector.checkpoint import Manifest
from modeling.training.datasets.adapters.registry import SOURCES
from modeling.training.detectors.record import ProtocolFigures, TrainingRecord, training_record
from modeling.training.evaluate.by_event import EARLY_SEC, LATE_SEC
from modeling.training.report import card
from modeling.training.report.tables import event_table, model_window_table, window_table

WORDS = Path(__file__).with_name("card.toml")

PROTOCOLS = """\
Models trained with the settings of this checkpoint, and baselines on the same splits. With single
groups held out a split is judged at the threshold that the scores of the other splits choose, by
models that had learnt from it; otherwise only the training part chooses. Intervals speak of more
events in these rooms and by these people, not of more rooms. {caveats}
The figures are those of `evaluate-lstm-model --protocol`."""

NO_PROTOCOLS = """\
Not measured yet. `evaluate-lstm-model --protocol all` does it, in hours, and
`export-lstm-model --evaluation data/evaluation/evaluation.json` adds its figures here."""


def write_card(folder: Path, manifest: Manifest) -> None:
    text = render_card(manifest, training_record(manifest))
    (folder / card.CARD_NAME).write_text(text, encoding="utf-8")


def render_card(manifest: Manifest, record: TrainingRecord) -> str:
    values = _values(manifest, record)
    return card.render_card(manifest.name, manifest.version, record.sources, [WORDS], values)


def _values(manifest: Manifest, record: TrainingRecord) -> dict[str, object]:
    filmed = [source for source in record.sources if SOURCES[source].is_filmed]
    return {
        "length": manifest.window_length,
        "rate": manifest.rate_hz,
        "layout": manifest.feature_layout,
        "networks": record.settings.networks,
        "hidden": record.settings.hidden,
        "seed": record.settings.seed,
        "labels": "\n".join(
            f"| {label.name} | {label.threshold:g} | {'yes' if label.anomalous else 'no'} |"
            for label in manifest.labels
        ),
        "clips": "\n".join(
            f"| {part} | {figures.clips} | {figures.minutes:.1f} | {figures.falls_found.total} |"
            for part, figures in record.by_event.items()
        ),
        "groups": len(record.groups),
        "base": card.going_on(record.settings.base),
        "augmented": record.settings.takes - 1,
        "early": EARLY_SEC,
        "late": LATE_SEC,
        "part": "dataset" if len(filmed) > 1 else "fold",
        "budget": record.settings.false_alarm_budget,
        "by_event": event_table(record.by_event),
        "by_window": window_table(record.by_window),
        "by_protocol": render_protocols(record.protocols),
        "windows": record.exports.windows,
        "differences": ", ".join(
            f"{difference:.0e} in {name}" for name, difference in record.exports.differences.items()
        ),
    }


def render_protocols(figures: Sequence[ProtocolFigures]) -> str:
    """Two tables for each protocol, by event and by window, a row for each model."""
    caveats = " ".join(source.caveat for source in SOURCES.values() if source.caveat)
    parts = [PROTOCOLS.format(caveats=caveats) if figures else NO_PROTOCOLS]
    for protocol, studies in groupby(figures, key=lambda study: study.protocol):
        models = {study.model: study for study in studies}
        parts += [
            f"### {protocol}",
            event_table({model: study.by_event for model, study in models.items()}, "model"),
            model_window_table({model: study.by_window for model, study in models.items()}),
        ]
    return "\n\n".join(parts)
