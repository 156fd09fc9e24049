"""The way from a bare machine to a paired camera, an upgrade and back, with `deploy/install`.

    sudo -E uv run --no-sync python -m benchmarks.installing

Containers, each booted by its own systemd, are a home server and a camera box, which plays the
recorded fall; then one of them is both, and plays a video. It needs root, `debootstrap` and
`systemd-container`, port 8000, and takes a quarter of an hour. A base that is made once stays in
`--folder`.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.installing.installation import NotAsPromised
from benchmarks.installing.one_machine import try_one_machine
from benchmarks.installing.two_machines import try_two_machines
from testkit.container import ROOTS, ContainerFailed, make_base
from testkit.films import VIDEOS
from testkit.terminal import NotShown


def main(
    folder: Annotated[Path, typer.Option(help="Where the roots lie.")] = ROOTS,
    suite: Annotated[str, typer.Option(help="Of Debian.")] = "bookworm",
    mirror: Annotated[str, typer.Option(help="Of Debian; without it debootstrap's.")] = "",
    base: Annotated[Path | None, typer.Option(help="A bare root that is there already.")] = None,
    video: Annotated[Path, typer.Option(help="Of a fall, as a camera sees it.")] = VIDEOS
    / "fall-16-cam0.mp4",
    one: Annotated[bool, typer.Option("--one", help="Only one machine that is both.")] = False,
) -> None:
    """Install, upgrade, roll back and remove, and show how long each step took."""
    if not video.is_file():
        raise typer.BadParameter(f"there is no {video}", param_hint="--video")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        bare = base or folder / suite
        if not bare.exists():
            make_base(suite, mirror, bare)
        if not one:
            try_two_machines(bare, folder)
        try_one_machine(bare, folder, video)
    except (ContainerFailed, NotAsPromised, NotShown) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    typer.run(main)
