"""`run-agent`: the camera box."""

import logging
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from modeling.native_output import silence_native_stderr

try:
    from agent.assembly import assembled
    from agent.capture import Pace, SourceError
    from agent.config import AgentSettings, Inference
    from agent.judge import JudgeFailed
    from agent.pipeline import Pipeline, save_recording
    from modeling.checkpoint import CheckpointError
except ImportError as error:
    sys.exit(f"run-agent cannot start: {error} (the README names what it needs)")

LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]}, add_completion=False)
logger = logging.getLogger("agent")


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
        typer.Option(help="Who judges: the server, this box, or the server while it is there."),
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
        _watch(settings, record)
    except (SourceError, CheckpointError, JudgeFailed, AgentFailed) as failure:
        _fail(str(failure))
    except ImportError as failure:
        _fail(f"pose estimation cannot start: {failure} (the README names the system libraries)")
    except (OSError, sqlite3.Error) as failure:
        _fail(f"cannot write below {settings.data_dir}: {failure}")


def _settings(**options: Any) -> AgentSettings:
    try:
        return AgentSettings(
            **{name: value for name, value in options.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        typer.echo(f"wrong setting: {name}: {first['msg']}", err=True)
        raise typer.Exit(2) from None


def _watch(settings: AgentSettings, record: Path | None) -> None:
    if record is not None and not record.resolve().parent.is_dir():
        raise AgentFailed(f"no such folder for the recording: {record.resolve().parent}")
    with assembled(settings, record=record is not None) as pipeline:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: pipeline.stopping.set())
        logger.info("watching %s as %s", pipeline.source.description, settings.camera_id)
        try:
            pipeline.run()
        finally:
            if record is not None and pipeline.recorded:
                save_recording(pipeline.recorded, record)
        _empty_outbox(pipeline, settings)


def _empty_outbox(pipeline: Pipeline, settings: AgentSettings) -> None:
    if not pipeline.outbox.wait_empty(settings.drain_sec):
        raise AgentFailed(
            f"{len(pipeline.outbox)} events could not be sent to {settings.backend_base_url}; "
            f"they are kept below {settings.data_dir} and go out with the next start"
        )


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def main() -> None:
    """Entry point of `run-agent`."""
    app()
