"""The card of an image model: its words are in `card.toml`, and of each task in `cards/`."""

from pathlib import Path

from modeling.perception.images.model import ImageManifest
from modeling.training.images.record import ImageRecord
from modeling.training.report.card import CARD_NAME, going_on, render_card
from modeling.training.report.tables import class_table, confusion_table, kind_table

HERE = Path(__file__).parent


def write_card(folder: Path, manifest: ImageManifest, record: ImageRecord, words_of: str) -> None:
    """Write it with the words of the recipe, whose file in `cards/` is named `words_of`."""
    values = {
        "name": manifest.name,
        "labels": ", ".join(manifest.labels),
        "preprocessing": manifest.preprocessing,
        "seed": record.settings.seed,
        "base": going_on(record.settings.base),
        "groups": len(record.groups),
        "folds": record.settings.folds,
        "weights": ", ".join(f"{label} {weight:.2f}" for label, weight in record.weights.items()),
        "examples": class_table(record.examples),
        "examples_confusion": confusion_table(record.examples),
        "kinds": kind_table(record.right),
        "clips": class_table(record.clips),
        "clips_confusion": confusion_table(record.clips),
        **record.export.model_dump(),
    }
    words = HERE / "card.toml", HERE / "cards" / f"{words_of}.toml"
    card = render_card(manifest.name, manifest.version, record.sources, words, values)
    (folder / CARD_NAME).write_text(card, encoding="utf-8")
