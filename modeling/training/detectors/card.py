"""CARD.md: what a checkpoint was trained on, how it was measured, and where it fails."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from modeling.perception.detector.checkpoint import Manifest
from modeling.training.datasets.clips import GENERATED_SOURCES
from modeling.training.detectors.record import ProtocolFigures, TrainingRecord, training_record
from modeling.training.evaluate.by_event import EARLY_SEC, LATE_SEC
from modeling.training.report.tables import event_table, model_window_table, window_table

CARD_NAME = "CARD.md"

SOURCES = {
    "urfd": (
        "UR Fall Detection Dataset: 30 falls seen by two cameras and 40 clips of daily living. "
        "Licence CC BY-NC-SA 4.0, so treat these weights as non-commercial and share alike. Cite: "
        "B. Kwolek, M. Kepski, Human fall detection on embedded platform using depth maps and "
        "wireless accelerometer, Computer Methods and Programs in Biomedicine 117 (2014) 489-501."
    ),
    "upfall": (
        "UP-Fall Detection Dataset: 82 clips of falls by five people, seen by two cameras, as "
        "skeletons extracted with MediaPipe; no daily living. For research use. Cite: "
        "L. Martinez-Villasenor, H. Ponce, J. Brieva, E. Moya-Albor, J. Nunez-Martinez, "
        "C. Penafort-Asturiano, UP-Fall Detection Dataset: A Multimodal Approach, "
        "Sensors 19(9) (2019) 1988."
    ),
    "le2i": (
        "Le2i / ImViA fall detection dataset: 93 falls and 53 clips without one, in three rooms. "
        "Licence CC BY-NC-SA 3.0 as far as is known, and not to be passed on, so treat these "
        "weights as non-commercial. Cite: I. Charfi, J. Miteran, J. Dubois, M. Atri, R. Tourki, "
        "Optimized spatio-temporal descriptors for real-time fall detection, Journal of "
        "Electronic Imaging 22(4) (2013) 041106."
    ),
    "synthetic": "Falls and daily acts of made people, calculated and filmed by this project.",
    "bandai": (
        "Bandai-Namco Research Motion Dataset 1 and 2: people who walk, turn and wave, filmed by "
        "calculation. Licence CC BY-NC 4.0."
    ),
    "utkinect": (
        "UTKinect-Action3D: ten people who walk, sit down and pick things up, filmed by "
        "calculation. For research use. Cite: L. Xia, C.-C. Chen, J. K. Aggarwal, View invariant "
        "human action recognition using histograms of 3D joints, CVPRW 2012."
    ),
    "penn": (
        "Penn Action: people who exercise, also on the floor, as joints in pictures. For research "
        "use. Cite: W. Zhang, M. Zhu, K. G. Derpanis, From actemes to action: a "
        "strongly-supervised representation for detailed action understanding, ICCV 2013."
    ),
    "jhmdb": (
        "JHMDB: people who pick up, sit, stand and walk, as joints in pictures. For research use. "
        "Cite: H. Jhuang, J. Gall, S. Zuffi, C. Schmid, M. J. Black, Towards understanding action "
        "recognition, ICCV 2013."
    ),
    "cvat": "Clips labelled with CVAT by whoever trained this checkpoint; the licence is theirs.",
}

CARD = """\
# {name} {version}

Tells a fall, and the state of lying, from body poses: windows of {length} poses at {rate:g} Hz
(feature layout `{layout}`), no picture. The mean of {networks} BiLSTMs with attention
pooling, {hidden} wide in each direction, half of which learnt from made people only if there were
any; made by `train-lstm-model`, seed {seed}.

| label | threshold | wakes people |
|-------|-----------|--------------|
{labels}

## Data

{sources}

| clips of | clips | minutes | falls |
|----------|-------|---------|-------|
{data}

{groups} groups of clips. A group is one event or scene, by however many cameras, and never parts;
every group of a source counts the same in training, however long its clips are. Each recording is
seen once as it is and {augmented} times augmented, what is generated as it is.

## Measured by event

Each {part} of the recordings is held out once, and scored through the live windows and the live
event machine by a network that saw nothing of it, normalised by its own training part, and
judged at the threshold that the other {part}s choose (of at most {budget:.0%} of the clips without
a fall a caregiver may be told). The weights in this folder are trained on all the groups by the
same recipe; no clip is left to measure them on. In brackets 95 % intervals, which count the clips
of a group as one. The figures are those of `train-lstm-model`.

{by_event}

A fall is found when an incident starts between {early:g} s before it may have begun and {late:g} s
after its labelled end. Delays are medians from the labelled start, which is the loss of balance in
URFD and the impact in UP-Fall. The recipe was picked by figures such as these, which flatters them
a little.

## Measured by window

Of the same networks at the same thresholds.

{by_window}

## Measured by protocol

{by_protocol}

## Exports

Over the {windows} windows of the clips as they are, none of the probabilities differs from torch's
by more than {differences}.

## What it is not good at

- Rooms, cameras and people it has not seen: the recordings were acted by few people in few rooms.
- False alarms a day: minutes of acted daily living prove nothing about them, as wide as the
  interval of false alarms an hour is.
- Sitting down fast, bending and lying down on purpose look most like a fall to it.
- Cameras on the ceiling: the pose is lost most often there, and with it most missed falls.
- More than one person, pets, furniture in front of the body, the dark.
- Falls out of bed, and sliding down slowly: hardly any were in the data, and a fall in slow motion
  is taught to be somebody who lies down.
- Falls that nobody acted: there was none in the data.

It is no medical device.
"""

PROTOCOLS = """\
Models trained anew with the settings of this checkpoint, and baselines on the same splits. With
single groups held out a split is judged at the threshold that the scores of the other splits
choose, by models that had learnt from it; otherwise the training part alone chooses. Intervals
speak of more events in these rooms and by these people, not of more rooms. UP-Fall's frames are
out of order: there an alarm until 1.5 s after the labelled fall counts as found, and delays, false
alarms and figures by window mean little. The figures are those of
`evaluate-lstm-model --protocol`."""

NO_PROTOCOLS = """\
Not measured yet. `evaluate-lstm-model --protocol all` does it, in hours, and
`export-lstm-model --evaluation data/evaluation/evaluation.json` adds its figures here."""


def write_card(folder: Path, manifest: Manifest) -> None:
    """Write CARD.md from what the manifest says."""
    text = render_card(manifest, training_record(manifest))
    (folder / CARD_NAME).write_text(text, encoding="utf-8")


def render_card(manifest: Manifest, record: TrainingRecord) -> str:
    """The card's text, in Markdown."""
    recorded = [source for source in record.sources if source not in GENERATED_SOURCES]
    return CARD.format(
        name=manifest.name,
        version=manifest.version,
        length=manifest.window_length,
        rate=manifest.rate_hz,
        layout=manifest.feature_layout,
        networks=2 * record.settings.pairs,
        hidden=record.settings.hidden,
        seed=record.settings.seed,
        labels="\n".join(
            f"| {label.name} | {label.threshold:g} | {'yes' if label.anomalous else 'no'} |"
            for label in manifest.labels
        ),
        sources="\n".join(f"- {SOURCES[source]}" for source in record.sources),
        data="\n".join(
            f"| {part} | {figures.clips} | {figures.minutes:.1f} | {figures.falls_found.total} |"
            for part, figures in record.by_event.items()
        ),
        groups=len(record.groups),
        augmented=record.settings.takes - 1,
        early=EARLY_SEC,
        late=LATE_SEC,
        part="dataset" if len(recorded) > 1 else "fold",
        budget=record.settings.false_alarm_budget,
        by_event=event_table(record.by_event),
        by_window=window_table(record.by_window),
        by_protocol=render_protocols(record.protocols),
        windows=record.exports.windows,
        differences=", ".join(
            f"{difference:.0e} in {name}" for name, difference in record.exports.differences.items()
        ),
    )


def render_protocols(figures: Sequence[ProtocolFigures]) -> str:
    """Two tables a protocol, by event and by window, a row a model."""
    parts = [PROTOCOLS if figures else NO_PROTOCOLS]
    for protocol, studies in groupby(figures, key=lambda study: study.protocol):
        models = {study.model: study for study in studies}
        parts += [
            f"### {protocol}",
            event_table({model: study.by_event for model, study in models.items()}, "model"),
            model_window_table({model: study.by_window for model, study in models.items()}),
        ]
    return "\n\n".join(parts)
