"""One machine that is both: a newcomer types the answers, and a video is the camera."""

import shutil
from pathlib import Path

import typer

from benchmarks.installing.home import incidents, pairing_code, set_up, wait_for_fall
from benchmarks.installing.installation import (
    CAMERA_SEC,
    SERVER_SEC,
    Installation,
    expect,
    setup_code,
    within,
)
from benchmarks.installing.versions import GOOD, bring_versions, schema
from testkit.container import booted
from testkit.terminal import on_terminal

VIDEO = "srv/hall.mp4"


def try_one_machine(bare: Path, folder: Path, video: Path) -> None:
    """Install, upgrade, fail to, and remove both halves at once; raises NotAsPromised."""
    with booted(bare, folder / "both") as machine:
        bring_versions(machine)
        shutil.copy(video, machine.root / VIDEO)
        home = Installation(machine)
        key = _install(home)
        home.check_second_run("both")
        wait_for_fall(key)
        home.wait_for_stream()
        _upgrade(home, key)
        home.run("good", "uninstall", "--yes")
        home.check_kept()
        home.check_purged()


def _install(home: Installation) -> str:
    """As somebody does at a screen, with the page on a phone; the server's key."""
    command = home.machine.command("/root/first/deploy/install", "both")
    with on_terminal(command, {}) as terminal:
        terminal.wait_for("Camera", wait_sec=600)
        key = set_up(home.machine, setup_code(terminal.shown))
        terminal.type(f"/{VIDEO}")
        terminal.answer("Code", pairing_code(key))
        status, said = terminal.end()
    typer.echo(f"\nboth: install both\n{said.rstrip()}")
    expect(status == 0, f"an installation of both, ended with {status}")
    within(said, SERVER_SEC + CAMERA_SEC, "bare machine to a camera that its server hears")
    return key


def _upgrade(home: Installation, key: str) -> None:
    falls = len(incidents(key))
    home.run("good", "upgrade")
    for version in ("bad", "broken"):
        home.check_rolled_back(version)
        expect(schema(home.machine) == GOOD, "the schema of the version before")
    expect(len(incidents(key)) >= falls, "all falls that were recorded")
