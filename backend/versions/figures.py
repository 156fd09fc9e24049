"""What a manifest says was measured, as the few figures that a page shows."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from contract.versions import Figure, Share, VersionFigures


class _Events(BaseModel):
    falls_told: Share
    told_falsely: int
    told_falsely_an_hour: Figure | None
    minutes: float


class _ByEvent(BaseModel):
    all: _Events


class _DetectorRecord(BaseModel):
    dataset: str
    by_event: _ByEvent


class _Pictures(BaseModel):
    macro_f1: Figure | None
    confusion: list[list[int]]


class _ImageRecord(BaseModel):
    pictures: str
    examples: _Pictures


class _Answers(BaseModel):
    mean_error: Figure | None = None
    area_under_roc: Figure | None = None


class _TabularRecord(BaseModel):
    data: str
    held_out: int
    trees: _Answers
    linear: _Answers
    covered: Share | None


def figures_of(metrics: Mapping[str, Any]) -> VersionFigures:
    """The figures of a manifest's `metrics`, of any kind of model; none where it has none."""
    return _of_detector(metrics) or _of_images(metrics) or _of_tables(metrics) or VersionFigures()


def _of_detector(metrics: Mapping[str, Any]) -> VersionFigures | None:
    try:
        record = _DetectorRecord.model_validate(metrics)
    except ValidationError:
        return None
    events = record.by_event.all
    return VersionFigures(
        measured_on=record.dataset,
        falls_told=events.falls_told,
        told_falsely=events.told_falsely,
        minutes=events.minutes,
        told_falsely_an_hour=events.told_falsely_an_hour,
    )


def _of_images(metrics: Mapping[str, Any]) -> VersionFigures | None:
    try:
        record = _ImageRecord.model_validate(metrics)
    except ValidationError:
        return None
    confusion = record.examples.confusion
    return VersionFigures(
        measured_on=record.pictures,
        pictures=sum(map(sum, confusion)),
        pictures_right=sum(row[index] for index, row in enumerate(confusion)),
        macro_f1=record.examples.macro_f1,
    )


def _of_tables(metrics: Mapping[str, Any]) -> VersionFigures | None:
    try:
        record = _TabularRecord.model_validate(metrics)
    except ValidationError:
        return None
    return VersionFigures(
        measured_on=record.data,
        rows=record.held_out,
        mean_error=record.trees.mean_error,
        mean_error_of_line=record.linear.mean_error,
        in_interval=record.covered,
        area_under_roc=record.trees.area_under_roc,
        area_under_roc_of_line=record.linear.area_under_roc,
    )
