"""What the command line of `run-agent` takes, and says of it in its help."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from agent.config import Inference
from agent.file_pace import FilePace

Source: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="Camera index, rtsp:// or http:// URL, video file, recorded pose track (.npz), or "
        "onvif:// and the id or address of a network camera; without one, the stream that an "
        "owner chooses on the page. Default: SOURCE, else camera 0."
    ),
]
BackendUrl: TypeAlias = Annotated[
    str | None, typer.Option(help="The server. Default: BACKEND_BASE_URL.")
]
CameraId: TypeAlias = Annotated[
    str | None, typer.Option(help="This camera's name. Default: CAMERA_ID.")
]
Cameras: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=SOURCE",
        help="One of several cameras that this process watches; may be repeated. "
        "Default: CAMERAS, else the one of --source and --camera-id.",
    ),
]
Pace: TypeAlias = Annotated[
    FilePace | None, typer.Option(help="For files: as time goes by, or as fast as possible.")
]
WhoAnalyzes: TypeAlias = Annotated[
    Inference | None,
    typer.Option(help="Who analyzes: the server, this box, or the server while it is there."),
]
Record: TypeAlias = Annotated[
    Path | None, typer.Option(help="Write the poses to this .npz file; no picture is kept.")
]
PairCode: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="The six digits that the server shows for a new camera: fetch the camera's name "
        "and a key for it, keep both in DATA_DIR, and watch. Later starts need no option.",
    ),
]
NoWatch: TypeAlias = Annotated[
    bool, typer.Option("--no-watch", help="With --pair: keep what it brings, and end.")
]
FindCameras: TypeAlias = Annotated[
    bool,
    typer.Option("--find-cameras", help="Watch nothing; list the ONVIF cameras of the network."),
]
CameraLogin: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="CAMERA",
        help="Watch nothing; ask for the user and the password of this network camera (its id, "
        "name or address), and keep them in DATA_DIR. They leave this box for no other place.",
    ),
]
Farewell: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--farewell",
        help="Watch nothing; report to the server that the cameras were taken down, so that it "
        "does not miss them.",
    ),
]
