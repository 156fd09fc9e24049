"""Compares versions of a model: started by a worker with the folder of the job."""

import sys
from pathlib import Path

from contract.comparisons import (
    DATASET,
    REPORT_NAME,
    TASK_NAME,
    VERSIONS,
    Compared,
    ComparisonReport,
    ComparisonTask,
)
from contract.versions import DETECTOR
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector
from modeling.training.carried.evaluated import evaluate_anew
from modeling.training.carried.replayed import Replays, count_changes, differences, replayed
from modeling.training.datasets.clips import DatasetError, load_dataset

NO_POSES = "of the record only poses are kept, which no model but the detector reads"
NO_RECORD = "no poses of incidents or of ordinary minutes are kept"


def main() -> None:
    """Entry point: the folder holds the task, and gets the report."""
    talk, folder = Talk.begin(), Path(sys.argv[1])
    task = ComparisonTask.model_validate_json((folder / TASK_NAME).read_bytes())
    try:
        report = compare(task, folder, talk)
    except (CheckpointError, DatasetError) as error:
        talk.refused(str(error))
    else:
        (folder / REPORT_NAME).write_text(report.model_dump_json(), encoding="utf-8")
        talk.finished({})


def compare(task: ComparisonTask, folder: Path, talk: Talk) -> ComparisonReport:
    """What the versions of `task` do beside each other; raises CheckpointError and DatasetError."""
    if task.recipe != DETECTOR:
        return _report(task, _beside(task), NO_POSES, unreadable=0)
    detectors = {each.id: Detector.load(folder / VERSIONS / each.id) for each in task.contenders}
    clips = load_dataset(folder / DATASET) if task.dataset_version_id else []
    evaluated = evaluate_anew(detectors, clips, talk)
    replays = Replays.of(detectors, task.stretches, folder, talk)
    versions, first = [], task.contenders[0].id
    for each in _beside(task):
        otherwise = differences(replays, first, each.id)
        found = {
            "evaluated": evaluated.get(each.id),
            "replayed": replayed(replays, each.id) if replays.stretches else None,
            "changes": count_changes(otherwise),
            "differences": otherwise,
        }
        versions.append(each.model_copy(update=found))
    no_replay = None if replays.stretches else NO_RECORD
    return _report(task, versions, no_replay, len(task.stretches) - len(replays.stretches))


def _beside(task: ComparisonTask) -> list[Compared]:
    """Each version with the figures of its own evaluation."""
    return [
        Compared(
            id=each.id,
            version=each.version,
            figures=each.figures,
            evaluated=None,
            replayed=None,
            changes={},
            differences=(),
        )
        for each in task.contenders
    ]


def _report(
    task: ComparisonTask, versions: list[Compared], no_replay: str | None, unreadable: int
) -> ComparisonReport:
    measured_on = {each.figures.measured_on for each in versions}
    return ComparisonReport(
        recipe=task.recipe,
        dataset_version_id=task.dataset_version_id,
        is_same_data=len(measured_on) == 1 and None not in measured_on,
        no_replay=no_replay,
        stretches=len(task.stretches),
        unreadable=unreadable,
        versions=tuple(versions),
    )


if __name__ == "__main__":
    main()
