"""CARD.md: what a checkpoint was trained on, how it was measured, and where it fails."""

from pathlib import Path

from modeling.checkpoint import Manifest
from modeling.training.record import TrainingRecord, training_record
from modeling.training.tables import event_table, window_table

CARD_NAME = "CARD.md"

SOURCES = {
    "urfd": (
        "UR Fall Detection Dataset: 30 falls seen by two cameras and 40 clips of daily living. "
        "Licence CC BY-NC-SA 4.0, so treat these weights as non-commercial and share alike. Cite: "
        "B. Kwolek, M. Kepski, Human fall detection on embedded platform using depth maps and "
        "wireless accelerometer, Computer Methods and Programs in Biomedicine 117 (2014) 489-501."
    ),
    "cvat": "Clips labelled with CVAT by whoever trained this checkpoint; the licence is theirs.",
}

CARD = """\
# {name} {version}

Tells a fall, and the state of lying, from body poses: windows of {length} poses at {rate:g} Hz
(feature layout `{layout}`), no picture. BiLSTM with attention pooling, {hidden} wide in each
direction; made by `train-lstm-model`, seed {seed}.

| label | threshold | wakes people |
|-------|-----------|--------------|
{labels}

## Data

{sources}

{groups} groups of clips. A group is one event or scene, by however many cameras, and never parts.

## Measured by event

{folds}-fold cross-validation by group, through the live windows and the live event machine: each
clip is scored by a network that never saw its group, and judged at the threshold that the other
folds choose (at most {budget:.0%} of the clips without a fall may alarm). The weights in this
folder are trained on all the groups by the same recipe; no clip is left to measure them on.
In brackets Wilson's 95 % intervals.

{by_event}

A fall is found when an incident starts between 0.5 s before its labelled span and 1.5 s after.
Delays are medians: START from the labelled loss of balance, END from the labelled end of the fall
where the incident was over before the clip was. The recipe was picked by figures such as these,
which flatters them a little.

## Measured by window

Of the same networks at the thresholds above. Windows overlap, so these intervals are too narrow.

{by_window}

ONNX and torch differ by at most {difference:.0e} in probability.

## What it is not good at

- Rooms, cameras and people it has not seen: the recordings were acted by few people in few rooms,
  the falls in two offices. Cross-validation by group does not show what another home does to it.
- Minutes of daily living prove nothing about false alarms a day.
- Sitting down fast, bending and lying down on purpose look most like a fall to it.
- Cameras on the ceiling: the pose is lost most often there, and with it most missed falls.
- More than one person, pets, furniture in front of the body, the dark.
- Falls that begin in a chair or in bed, and sliding down slowly: hardly any were in the data.

It is no medical device.
"""


def write_card(folder: Path, manifest: Manifest) -> None:
    """Write CARD.md from what the manifest says."""
    text = render_card(manifest, training_record(manifest))
    (folder / CARD_NAME).write_text(text, encoding="utf-8")


def render_card(manifest: Manifest, record: TrainingRecord) -> str:
    """The card's text, in Markdown."""
    return CARD.format(
        name=manifest.name,
        version=manifest.version,
        length=manifest.window_length,
        rate=manifest.rate_hz,
        layout=manifest.feature_layout,
        hidden=record.settings.hidden,
        seed=record.settings.seed,
        labels="\n".join(
            f"| {label.name} | {label.threshold:g} | {'yes' if label.anomalous else 'no'} |"
            for label in manifest.labels
        ),
        sources="\n".join(f"- {SOURCES[source]}" for source in record.sources),
        groups=len(record.groups),
        folds=record.settings.folds,
        budget=record.settings.false_alarm_budget,
        by_event=event_table(record.by_event),
        by_window=window_table(record.by_window),
        difference=record.onnx_difference,
    )
