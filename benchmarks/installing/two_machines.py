"""A home server and a camera box, each a machine by itself."""

import shutil
from pathlib import Path

from benchmarks.installing.home import SERVER, incidents, pairing_code, set_up, wait_for_fall
from benchmarks.installing.installation import (
    CAMERA_SEC,
    SERVER_SEC,
    Installation,
    expect,
    setup_code,
    within,
)
from benchmarks.installing.versions import GOOD, bring_versions, schema
from testkit.bare_machine import REPOSITORY
from testkit.container import booted

RECORDING = "srv/fall.npz"


def try_two_machines(bare: Path, folder: Path) -> None:
    """Install both halves, pair them, upgrade, fail to, and remove them; raises NotAsPromised."""
    with booted(bare, folder / "server") as server, booted(bare, folder / "camera") as camera:
        home, box = Installation(server), Installation(camera)
        for machine in (server, camera):
            bring_versions(machine)
        shutil.copy(REPOSITORY / "demo/recordings/fall.npz", camera.root / RECORDING)
        key = _install(home, box)
        home.check_second_run("server")
        box.check_second_run("camera")
        wait_for_fall(key)
        box.wait_for_stream()
        _upgrade(home, box, key)
        _remove(home, box)


def _install(home: Installation, box: Installation) -> str:
    """The server's key."""
    said = home.run("first", "server")
    within(said, SERVER_SEC, "bare machine to the address of the set-up")
    key = set_up(home.machine, setup_code(said))
    pairing = ("--backend-url", SERVER, "--pair", pairing_code(key), "--source", f"/{RECORDING}")
    said = box.run("first", "camera", *pairing)
    within(said, CAMERA_SEC, "bare machine to a camera that the server hears")
    return key


def _upgrade(home: Installation, box: Installation, key: str) -> None:
    falls = len(incidents(key))
    for installation in (home, box):
        installation.run("good", "upgrade")
    expect(schema(home.machine) == GOOD, "the schema of the better version")
    home.check_rolled_back("bad")
    expect(schema(home.machine) == GOOD, "the schema of the version before")
    box.check_rolled_back("broken")
    expect(len(incidents(key)) >= falls, "all falls that were recorded")


def _remove(home: Installation, box: Installation) -> None:
    box.run("good", "uninstall", "--yes")
    home.run("good", "uninstall", "--yes")
    home.check_kept()
    home.check_purged()
