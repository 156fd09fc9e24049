"""CARD.md of an image model: what it was trained on, how it was measured, and where it fails."""

from pathlib import Path

from modeling.perception.images.model import ImageManifest
from modeling.training.detectors.card import CARD_NAME, SOURCES
from modeling.training.images.recipe import CardText
from modeling.training.images.record import ImageRecord
from modeling.training.report.image_tables import class_table, confusion_table, kind_table

CARD = """\
# {name} {version}

{text.tells} A small convolutional network without pretraining (input
`{preprocessing}`), made by `train-image-model {name}`, seed {seed}.

## Data

- {source} The dataset is by M. Kepski and B. Kwolek, University of Rzeszow.

{text.data}

The {groups} groups of clips are dealt onto {folds} folds, those of each room evenly. A group is one
event or scene, by however many cameras, and never parts.

## Measured

Each picture was judged by a network whose training part lacked the picture's group; what is in
this folder was trained on all the groups by the same recipe, and no clip is left to measure it on.
The probability of each class counts by a weight, chosen for the mean F1: for a fold on the other
folds, and here on all of them ({weights}).

In brackets 95 % intervals, bootstrapped over groups: they speak of more events in the same rooms
and by the same few people, not of other homes. The figures are those of
`train-image-model {name}`.

### Examples

{examples}

{examples_confusion}

{kinds}

### All frames of the clips, as they are

{clips}

{clips_confusion}

## Export

Over {export.pictures} pictures no probability differs from torch's by more than
{export.difference:.0e}.

## What it is not good at

{text.weaknesses}

It is no medical device.
"""


def write_card(folder: Path, manifest: ImageManifest, record: ImageRecord, text: CardText) -> None:
    """Write CARD.md from what the manifest says."""
    (folder / CARD_NAME).write_text(render_card(manifest, record, text), encoding="utf-8")


def render_card(manifest: ImageManifest, record: ImageRecord, text: CardText) -> str:
    """The card's text, in Markdown."""
    return CARD.format(
        name=manifest.name,
        version=manifest.version,
        preprocessing=manifest.preprocessing,
        text=text,
        source=SOURCES["urfd"],
        seed=record.settings.seed,
        groups=len(record.groups),
        folds=record.settings.folds,
        weights=", ".join(f"{label} {weight:.2f}" for label, weight in record.weights.items()),
        examples=class_table(record.examples),
        examples_confusion=confusion_table(record.examples),
        kinds=kind_table(record.right),
        clips=class_table(record.clips),
        clips_confusion=confusion_table(record.clips),
        export=record.export,
    )
