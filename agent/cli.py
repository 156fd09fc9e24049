"""`run-agent`: the camera box."""

import logging
import os
import sys
from pathlib import Path

import typer

from common.cli import Fps, create_cli, fail, needs, stoppable
from common.native_output import silence_native_stderr
from common.private_files import keep_private
from common.settings import read_settings

with needs("the group `agent` and the system libraries that the README names"):
    from agent import options
    from agent.capture import is_pose_track
    from agent.config import AgentSettings
    from agent.errors import AgentFailed
    from agent.farewell import send_farewell
    from agent.onvif.commands import list_cameras, log_in
    from agent.onvif.errors import OnvifError
    from agent.onvif.login import LoginsUnreadable
    from agent.pairing import PairingFailed, applied, is_code, kept, pair_box
    from agent.watch import watch
    from modeling.perception.detector.checkpoint import CheckpointError

LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
LOG_FORMAT_OF_SEVERAL = "%(asctime)s %(levelname)s %(threadName)s: %(message)s"
"""The threads of a camera have its name."""

app = create_cli()


@app.command()
def run(
    source: options.Source = None,
    backend_url: options.BackendUrl = None,
    camera_id: options.CameraId = None,
    camera: options.Cameras = None,
    pace: options.Pace = None,
    fps: Fps = None,
    inference: options.WhoAnalyzes = None,
    record: options.Record = None,
    pair: options.PairCode = None,
    no_watch: options.NoWatch = False,
    find_cameras: options.FindCameras = False,
    camera_login: options.CameraLogin = None,
    farewell: options.Farewell = False,
) -> None:
    """Watch cameras: turn pictures into poses, and send the server what happens."""
    settings = read_settings(
        AgentSettings,
        cameras=_cameras(camera, is_one_named=source is not None or camera_id is not None),
        source=source,
        backend_base_url=backend_url,
        camera_id=camera_id,
        pace=pace,
        fps=fps,
        inference=inference,
    )
    keep_private(settings.data_dir, ["cameras", "outbox", "model"])
    _check_pair(pair, settings, farewell=farewell, no_watch=no_watch)
    _begin_log(len(settings.watched))
    try:
        with stoppable("stopped before the watch began"):
            if find_cameras:
                list_cameras(settings.data_dir)
            elif camera_login is not None:
                log_in(camera_login, settings.data_dir)
            else:
                _carry_out(_paired(settings, pair), record, farewell=farewell, no_watch=no_watch)
    except (CheckpointError, AgentFailed, LoginsUnreadable, OnvifError, PairingFailed) as failure:
        fail(str(failure))


def _begin_log(cameras: int) -> None:
    silence_native_stderr()
    log_format = LOG_FORMAT if cameras == 1 else LOG_FORMAT_OF_SEVERAL
    logging.basicConfig(level=logging.INFO, format=log_format, stream=sys.stderr)
    # The client's one line per request would hide all others.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


def _carry_out(
    settings: AgentSettings, record: Path | None, *, farewell: bool, no_watch: bool
) -> None:
    if record is not None:
        _check_recordable(record, len(settings.watched))
    if farewell:
        send_farewell(settings)
    elif not no_watch:
        watch(settings, record)


def _cameras(named: list[str] | None, *, is_one_named: bool) -> dict[str, str] | None:
    """The sources of `--camera` by their names. The single camera's options replace CAMERAS."""
    if not named:
        return {} if is_one_named else None
    if is_one_named:
        raise typer.BadParameter(
            "expected either this or --source and --camera-id", param_hint="--camera"
        )
    cameras: dict[str, str] = {}
    for entry in named:
        name, _, source = (part.strip() for part in entry.partition("="))
        if not name or not source or name in cameras or "://" in name:
            raise typer.BadParameter(
                "expected NAME=SOURCE, with a name of its own for each", param_hint="--camera"
            )
        cameras[name] = source
    return cameras


def _check_pair(
    code: str | None, settings: AgentSettings, *, farewell: bool, no_watch: bool
) -> None:
    if code is None:
        if no_watch:
            raise typer.BadParameter("expected with --pair", param_hint="--no-watch")
        return
    if farewell or settings.cameras:
        raise typer.BadParameter(
            "expected without --farewell, --camera and CAMERAS: a code is of one camera",
            param_hint="--pair",
        )
    if not is_code(code):
        raise typer.BadParameter("expected six digits", param_hint="--pair")


def _paired(settings: AgentSettings, code: str | None) -> AgentSettings:
    """The settings with what the box was paired for, now or before; raises PairingFailed."""
    pairing = kept(settings.data_dir) if code is None else pair_box(settings, code)
    return settings if pairing is None else applied(settings, pairing)


def _check_recordable(record: Path, cameras: int) -> None:
    if cameras > 1:
        raise typer.BadParameter("expected one camera to record", param_hint="--record")
    if not is_pose_track(str(record)):
        raise typer.BadParameter("expected a file name that ends in .npz", param_hint="--record")
    folder = record.resolve().parent
    if not folder.is_dir():
        raise AgentFailed(f"no such folder for the recording: {folder}")
    if record.is_dir() or not os.access(folder, os.W_OK):
        raise AgentFailed(f"the recording cannot be written to {record}")


def main() -> None:
    """Entry point of `run-agent`."""
    app()
