"""`python -m backend.tracking.wandb_process`: the package of W&B, in a process that can be ended.

While its service is away the package neither gives up in the time that it is given, nor lets its
process end. It reads a Run and then Words from its standard input, a line each, and answers each
by a line: HEARD, or why not.
"""

import os
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from pydantic import BaseModel

from contract.jobs import MetricAt

HEARD = "heard"
NOT_OF_THE_HOUSEHOLD: dict[str, Any] = {
    "console": "off",
    "disable_code": True,
    "disable_git": True,
    "disable_job_creation": True,
    "save_code": False,
    "x_disable_machine_info": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
    "host": "",
    "program": "",
}
"""What it would find out by itself, turned off."""


class Run(BaseModel):
    """The run to begin, or to go on with."""

    id: str
    name: str
    project: str
    params: dict[str, str]
    folder: Path
    is_offline: bool


class Word(BaseModel):
    """What is told of it: one of these."""

    metric: MetricAt | None = None
    artifact: Path | None = None
    exit_code: int | None = None


def begin(wanted: Run) -> Any:
    """The run, as the package has it."""
    import wandb  # may not be installed

    return wandb.init(
        config=wanted.params,
        settings=wandb.Settings(
            project=wanted.project,
            run_id=wanted.id,
            run_name=wanted.name,
            resume=None if wanted.is_offline else "allow",
            root_dir=str(wanted.folder),
            **NOT_OF_THE_HOUSEHOLD,
        ),
    )


def tell(run: Any, word: Word) -> None:
    """Let the run have it; the end waits until all has been sent."""
    if word.metric is not None:
        _log(run, word.metric)
    if word.artifact is not None:
        import wandb

        artifact = wandb.Artifact(f"{run.id}-{word.artifact.stem}", type="checkpoint")
        artifact.add_file(str(word.artifact))
        run.log_artifact(artifact)
    if word.exit_code is not None:
        run.finish(exit_code=word.exit_code)


def _log(run: Any, metric: MetricAt) -> None:
    """The steps of a run only count up; the epochs of each fit begin again."""
    epoch = f"{metric.fit}/epoch"
    run.define_metric(f"{metric.fit}/*", step_metric=epoch)
    run.log({f"{metric.fit}/{metric.name}": metric.value, epoch: metric.epoch})


def main() -> None:
    """Do what is read, until the caller is gone."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lines: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    run: Any = None
    while True:
        line = lines.get()
        said = HEARD
        try:
            if run is None:
                run = begin(Run.model_validate_json(line))
            else:
                tell(run, Word.model_validate_json(line))
        except Exception as error:  # noqa: BLE001 (the package of others)
            said = f"{type(error).__name__}: {error}".replace("\n", " ")
        answers.write(f"{said}\n")
        answers.flush()


def _read(lines: "SimpleQueue[str]") -> None:
    """End with who asks, also while the package hangs."""
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
