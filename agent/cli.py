"""`run-agent`: the camera box."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from modeling.cli import check_dotenv, create_cli, end_within, stoppable
from modeling.native_output import silence_native_stderr

try:
    from agent.analysis_worker import AnalysisFailed
    from agent.assembly import assembled
    from agent.capture import Pace, SourceError, is_pose_track
    from agent.config import AgentSettings, Inference
    from agent.outbox import Outbox
    from agent.outbox_file import OutboxInUse
    from agent.pipeline import Pipeline
    from modeling.checkpoint import CheckpointError
    from modeling.pose import Pose, PoseTrack
except KeyboardInterrupt:
    sys.exit("stopped before it began")
except ImportError as error:
    sys.exit(
        f"run-agent cannot start: {error}; it needs `uv sync --no-default-groups --group "
        "agent` and the system libraries that the README names"
    )

# What a watch that is stopped waits for the server at most, and for everything together.
STOP_DRAIN_SEC = 3.0
END_SEC = 9.0

LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"

app = create_cli()
logger = logging.getLogger("agent")


class GivenUp(Exception):  # noqa: N818
    """A signal in the wait for the server, or after it: the end is to come at once."""


class AgentFailed(Exception):  # noqa: N818
    """Ends the program with exit code 1; the message is one plain line."""


@app.command()
def run(
    source: Annotated[
        str | None,
        typer.Option(
            help="Camera index, rtsp:// or http:// URL, video file, or recorded pose track (.npz). "
            "Default: SOURCE, else camera 0."
        ),
    ] = None,
    backend_url: Annotated[
        str | None, typer.Option(help="The server. Default: BACKEND_BASE_URL.")
    ] = None,
    camera_id: Annotated[
        str | None, typer.Option(help="This camera's name. Default: CAMERA_ID.")
    ] = None,
    pace: Annotated[
        Pace | None, typer.Option(help="For files: as time goes by, or as fast as possible.")
    ] = None,
    inference: Annotated[
        Inference | None,
        typer.Option(help="Who analyzes: the server, this box, or the server while it is there."),
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Write the poses to this .npz file; no picture is kept.")
    ] = None,
) -> None:
    """Watch a camera: turn pictures into poses and tell the server what happens."""
    settings = _settings(
        source=source,
        backend_base_url=backend_url,
        camera_id=camera_id,
        pace=pace,
        inference=inference,
    )
    silence_native_stderr()
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, stream=sys.stderr)
    # The client's line for each request would bury everything else.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    try:
        with stoppable("stopped before the watch began"):
            _watch(settings, record)
    except (SourceError, CheckpointError, OutboxInUse, AnalysisFailed, AgentFailed) as failure:
        _fail(str(failure))
    except GivenUp:
        _fail("stopped at once; events that were not sent yet go out with the next start")
    except ImportError as failure:
        _fail(f"pose estimation cannot start: {failure}; the README names the system libraries")
    except OSError as failure:
        _fail(f"cannot write below {settings.data_dir}: {failure}")


def _settings(**options: Any) -> AgentSettings:
    try:
        check_dotenv()
        return AgentSettings(
            **{name: value for name, value in options.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        said = first["msg"].removeprefix("Value error, ")
        typer.echo(f"wrong setting: {name}: {said}", err=True)
        raise typer.Exit(2) from None
    except UnicodeDecodeError:
        typer.echo("wrong setting: the file .env must be UTF-8", err=True)
        raise typer.Exit(2) from None
    except ValueError as error:  # a nested setting that is no JSON
        typer.echo(f"wrong setting: {error}", err=True)
        raise typer.Exit(2) from None


def _watch(settings: AgentSettings, record: Path | None) -> None:
    if record is not None:
        _check_recordable(record)
    with assembled(settings, record=record is not None) as pipeline:
        _on_signals(lambda *_: _stop(pipeline))
        logger.info("watching %s as %s", pipeline.source.description, settings.camera_id)
        try:
            pipeline.run()
        finally:
            # Whatever went wrong: what was seen until then is told, and first of all.
            _on_signals(_give_up)
            stopped = _wait_for_server(pipeline, settings)
            if record is not None and pipeline.recorded:
                _save(pipeline.recorded, record)
        _tell_left_behind(pipeline.outbox, settings, stopped=stopped)


def _stop(pipeline: Pipeline) -> None:
    end_within(END_SEC, 1)
    pipeline.stopping.set()


def _drain_sec(pipeline: Pipeline, settings: AgentSettings) -> float:
    stopped = pipeline.stopping.is_set()
    return min(settings.drain_sec, STOP_DRAIN_SEC) if stopped else settings.drain_sec


def _wait_for_server(pipeline: Pipeline, settings: AgentSettings) -> bool:
    """Give it time to take what waits; whether somebody has stopped the program by then."""
    try:
        pipeline.outbox.wait_empty(_drain_sec(pipeline, settings))
    except GivenUp:
        return True
    return pipeline.stopping.is_set()


def _tell_left_behind(outbox: Outbox, settings: AgentSettings, *, stopped: bool) -> None:
    """Say what was not sent. Who stops the program meets no failure while all of it is kept.

    Raises AgentFailed otherwise.
    """
    if not (left := len(outbox)):
        return
    unsent = f"{left} events could not be sent to {settings.backend_base_url}"
    if outbox.held > 0:
        lost = f"{outbox.held} of them not be written below {settings.data_dir}"
        raise AgentFailed(f"{unsent}, and {lost}")
    kept = f"{unsent}; they are kept below {settings.data_dir} and go out with the next start"
    if not stopped:
        raise AgentFailed(kept)
    logger.warning(kept)


def _check_recordable(record: Path) -> None:
    if not is_pose_track(str(record)):
        raise typer.BadParameter("expected a file name that ends in .npz", param_hint="--record")
    folder = record.resolve().parent
    if not folder.is_dir():
        raise AgentFailed(f"no such folder for the recording: {folder}")
    if record.is_dir() or not os.access(folder, os.W_OK):
        raise AgentFailed(f"the recording cannot be written to {record}")


def _save(poses: list[Pose], record: Path) -> None:
    try:
        PoseTrack.from_poses(poses).save(record)
    except OSError as error:
        raise AgentFailed(f"the recording cannot be written to {record}: {error}") from error


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    end_within(END_SEC, 1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise GivenUp


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def main() -> None:
    """Entry point of `run-agent`."""
    app()
