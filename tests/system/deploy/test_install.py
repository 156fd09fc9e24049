"""deploy/install on a machine that stands in for a bare Debian: a folder, and small commands."""

import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from testkit.bare_machine import GOOD_CODE, BareMachine, make_version

SETTINGS = "etc/dolbom/backend.env"
# /etc/os-release as these systems have it: on Raspberry Pi OS of 64 bits it is Debian's.
RASPBERRY_PI_OS = (
    """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
""",
    """PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
DEBIAN_VERSION_FULL=13.1
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
""",
)
RASPBIAN = """PRETTY_NAME="Raspbian GNU/Linux 12 (bookworm)"
NAME="Raspbian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=raspbian
ID_LIKE=debian
HOME_URL="http://www.raspbian.org/"
SUPPORT_URL="http://www.raspbian.org/RaspbianForums"
BUG_REPORT_URL="http://www.raspbian.org/RaspbianBugs"
"""
DEBIAN_SID = """PRETTY_NAME="Debian GNU/Linux forky/sid"
NAME="Debian GNU/Linux"
VERSION_CODENAME=forky
ID=debian
"""


@pytest.fixture
def machine(tmp_path: Path) -> BareMachine:
    return BareMachine.make(tmp_path / "root")


@pytest.fixture
def version(tmp_path: Path) -> Callable[..., Path]:
    """Makes the folder of a version, named for the files that are special about it."""

    def make(*marks: str) -> Path:
        return make_version(tmp_path / "-".join(["version", *marks]).replace("/", "-"), *marks)

    return make


@pytest.fixture
def served(machine: BareMachine, version: Callable[..., Path]) -> BareMachine:
    """A machine on which a server is installed, with a record."""
    status, said = machine.install(version(), "server")
    assert status == 0, said
    machine.keep_record()
    return machine


def test_dry_run_names_each_step_and_changes_nothing(
    machine: BareMachine, version: Callable[..., Path]
) -> None:
    before = machine.tree()
    status, said = machine.install(version(), "server", "--dry-run")
    assert status == 0, said
    assert machine.tree() == before
    assert "python environment            would change" in said
    assert "systemctl enable --now dolbom-backend" in said
    assert said.endswith("dry run: nothing was changed\n")


def test_second_run_changes_nothing_and_says_so(
    machine: BareMachine, version: Callable[..., Path]
) -> None:
    folder = version()
    status, said = machine.install(folder, "server")
    assert status == 0, said
    settings = machine.root / SETTINGS
    assert "PUBLIC_URL=http://192.168.0.10:8000\n" in settings.read_text(encoding="utf-8")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (settings, settings.parent)}
    assert list(modes.values()) == [0o600, 0o700]
    settings.write_text("PUBLIC_URL=http://mine:8000\n", encoding="utf-8")
    before = machine.tree()
    status, said = machine.install(folder, "server")
    assert (status, said.splitlines()[-1]) == (0, "nothing had to be changed"), said
    log = "var/log/dolbom-install.log"
    assert machine.tree() | {log: 0} == before | {log: 0}
    assert machine.root.joinpath(log).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("system", "architecture", "found"),
    [
        ("ID=fedora\nVERSION_ID=44\nPRETTY_NAME='Fedora Linux 44'\n", "amd64", "Fedora Linux 44"),
        ("ID=debian\nVERSION_ID=11\nPRETTY_NAME='Debian 11'\n", "amd64", "Debian 11"),
        (DEBIAN_SID, "amd64", "this is Debian GNU/Linux forky/sid, amd64"),
        (RASPBIAN, "armhf", "this is Raspbian GNU/Linux 12 (bookworm), armhf"),
        (RASPBERRY_PI_OS[0], "armhf", "this is Debian GNU/Linux 12 (bookworm), armhf"),
    ],
)
def test_unknown_system_is_refused_with_what_is_expected(
    machine: BareMachine, version: Callable[..., Path], system: str, architecture: str, found: str
) -> None:
    (machine.root / "etc/os-release").write_text(system, encoding="utf-8")
    status, said = machine.install(version(), "server", MACHINE=architecture)
    assert status == 1
    assert "expected Debian 12 or 13, Ubuntu 24.04 or Raspberry Pi OS, of 64 bits" in said
    assert found in said
    assert not (machine.root / "opt").exists()


@pytest.mark.parametrize("system", RASPBERRY_PI_OS)
def test_raspberry_pi_os_of_64_bits_is_known(
    machine: BareMachine, version: Callable[..., Path], system: str
) -> None:
    (machine.root / "etc/os-release").write_text(system, encoding="utf-8")
    status, said = machine.install(version(), "both", "--dry-run", MACHINE="arm64")
    assert status == 0, said
    assert said.startswith("system                        unchanged"), said


def test_packages_that_were_broken_off_are_finished(
    machine: BareMachine, version: Callable[..., Path]
) -> None:
    (machine.root / "run").mkdir()
    (machine.root / "run/half-installed").write_text("python3.11-minimal\n", encoding="utf-8")
    status, said = machine.install(version(), "server")
    assert status == 0, said
    assert "packages                      changed" in said


def test_disk_without_room_is_named_and_the_next_run_goes_on(
    machine: BareMachine, version: Callable[..., Path]
) -> None:
    folder = version("backend/unpackable")
    status, said = machine.install(folder, "server")
    assert status == 1
    assert "step 'python environment': the disk is full: make room." in said
    assert "The same command goes on from here" in said
    uv = machine.root / "opt/dolbom/uv/bin/uv"
    uv.write_text(uv.read_text(encoding="utf-8").replace("unpackable", "room"), encoding="utf-8")
    status, said = machine.install(folder, "server")
    assert status == 0, said


def test_version_that_is_well_takes_the_place_of_the_one_before(
    served: BareMachine, version: Callable[..., Path]
) -> None:
    first = served.version
    status, said = served.install(version("LICENSE.md", "docs/new.md"), "upgrade")
    assert status == 0, said
    second = served.version
    status, said = served.install(version("backend/migration"), "upgrade")
    assert status == 0, said
    assert (served.schema(), served.version not in {first, second}) == ("later", True)
    kept = {path.name for path in (served.root / "opt/dolbom/releases").iterdir()}
    assert kept == {second, served.version}


def test_version_that_is_not_well_goes_and_the_one_before_runs_on_its_own_schema(
    served: BareMachine, version: Callable[..., Path]
) -> None:
    before = served.version
    bad = version("backend/unwell", "backend/migration")
    status, said = served.install(bad, "upgrade", "--wait", "1")
    assert status == 1
    assert f"Version {before} runs again" in said, said
    assert (served.version, served.schema()) == (before, "today")
    assert (served.root / "run/units/dolbom-backend").exists()
    assert not (served.root / "opt/dolbom/previous").is_symlink()


def test_record_of_the_trial_stays_where_no_migration_ran(
    served: BareMachine, version: Callable[..., Path]
) -> None:
    database = served.root / "var/lib/dolbom/backend/database/dolbom.sqlite3"
    number = database.stat().st_ino
    status, said = served.install(version("backend/unwell"), "upgrade", "--wait", "1")
    assert status == 1, said
    assert database.stat().st_ino == number


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_upgrade_that_is_broken_off_is_repaired(
    served: BareMachine, version: Callable[..., Path], number: signal.Signals
) -> None:
    before, bad = served.version, version("backend/unwell", "backend/migration")
    process = served.start(bad, "upgrade", "--wait", "50")
    limit = time.monotonic() + 30
    while served.schema() != "later" and time.monotonic() < limit:
        time.sleep(0.02)
    os.killpg(process.pid, number)
    said, _ = process.communicate(timeout=30)
    if number is signal.SIGKILL:  # as a power cut: the next run takes it up
        assert served.install(bad, "server")[1].count("an upgrade was interrupted") == 1
        _, said = served.install(bad, "upgrade", "--wait", "1")
    assert f"Version {before} runs again" in said, said
    assert (served.version, served.schema()) == (before, "today")


def test_uninstall_keeps_the_data_unless_it_is_to_be_purged(served: BareMachine) -> None:
    installed = served.root / "opt/dolbom/current"
    folder = make_version(served.root.parent / "elsewhere")
    override = served.root / "etc/systemd/system/dolbom-backend.service.d/override.conf"
    stamp = served.root / "var/lib/systemd/timers/stamp-dolbom-backup.timer"
    for file in (override, stamp):
        file.parent.mkdir(parents=True)
        file.touch()
    assert served.install(folder, "uninstall")[0] == 1
    assert installed.exists()
    status, said = served.install(folder, "uninstall", "--yes")
    assert status == 0, said
    assert not installed.exists()
    assert served.schema() == "today"
    assert (served.root / SETTINGS).exists()
    assert list((served.root / "etc/systemd/system").rglob("dolbom-*")) == [override.parent]
    status, said = served.install(folder, "uninstall", "--yes", "--purge")
    assert status == 0, said
    assert [
        path for path in served.root.rglob("*dolbom*") if path.name[-4:] not in (".log", "lock")
    ] == []


def test_another_version_is_not_put_over_one_that_runs(
    served: BareMachine, version: Callable[..., Path]
) -> None:
    before = served.version
    status, said = served.install(version("docs/new.md"), "server")
    assert (status, served.version) == (1, before)
    assert "run deploy/install upgrade" in said


def test_both_halves_on_one_machine(machine: BareMachine, version: Callable[..., Path]) -> None:
    first = version()
    status, said = machine.install(first, "both")
    assert (status, machine.pairing) == (0, None), said
    assert "Then pair the camera: deploy/install both --pair CODE" in said
    assert machine.running() == {"dolbom-backend", "dolbom-backup.timer"}
    status, said = machine.install(first, "both", "--pair", GOOD_CODE, "--source", "0")
    assert (status, machine.pairing) == (0, "http://127.0.0.1:8000 0"), said
    halves = {"dolbom-backend", "dolbom-agent@camera", "dolbom-backup.timer"}
    assert machine.running() == halves
    for half in ("both", "server", "camera"):
        status, said = machine.install(first, half)
        assert (status, said.splitlines()[-1]) == (0, "nothing had to be changed"), said
    shutil.rmtree(machine.root / "opt/dolbom/current/.venv")
    for half in ("both", "server", "camera"):
        said = machine.install(first, half, "--dry-run")[1]
        assert "--no-default-groups --group agent --group backend --locked" in said
    before = machine.version
    status, said = machine.install(version("docs/new.md"), "upgrade")
    assert (status, machine.version != before) == (0, True), said
    assert machine.running() == halves
    status, said = machine.install(first, "uninstall", "--yes")
    assert (status, machine.running()) == (0, set()), said


def test_camera_that_has_lost_its_server_is_not_well(
    machine: BareMachine, version: Callable[..., Path]
) -> None:
    folder, away = version(), machine.root / "run/away"
    paired = ("both", "--pair", GOOD_CODE, "--source", "0")
    assert machine.install(folder, *paired)[0] == 0
    away.touch()
    status, said = machine.install(folder, "both", "--wait", "1")
    assert status == 1
    assert "step 'server hears the camera': the server does not hear the camera." in said
    away.unlink()
    assert machine.install(folder, "both")[0] == 0


def test_file_is_taken_by_its_whole_path(
    machine: BareMachine, version: Callable[..., Path]
) -> None:
    """The service runs in another folder than who types the command."""
    source = os.path.relpath("/etc/passwd")
    status, said = machine.install(version(), "both", "--pair", GOOD_CODE, "--source", source)
    assert (status, machine.pairing) == (0, "http://127.0.0.1:8000 /etc/passwd"), said


def test_file_that_the_service_would_not_see_is_refused(
    machine: BareMachine, version: Callable[..., Path]
) -> None:
    with NamedTemporaryFile(dir="/tmp", suffix=".mp4") as video:
        status, said = machine.install(version(), "camera", "--source", video.name)
    assert status == 2
    assert "--source: expected a file that the service sees: put it into /srv" in said
    assert not (machine.root / "opt").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        ((), 2, "no command"),
        (("server", "--pair", "12345"), 2, "--pair: expected six digits"),
        (("server", "--public-url", "192.168.0.10"), 2, "expected http://ADDRESS:PORT"),
        (("camera", "--name"), 2, "--name without a value"),
        (("camera", "--name", "../hall"), 2, "expected a-z, 0-9 and _"),
        (("camera", "--source", "거실"), 2, "--source: expected 0, /dev/v4l/by-id/…"),
        (("camera",), 1, "expected --backend-url"),
        (("upgrade",), 1, "nothing is installed"),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    machine: BareMachine,
    version: Callable[..., Path],
    arguments: tuple[str, ...],
    status: int,
    expected: str,
) -> None:
    found, said = machine.install(version(), *arguments)
    assert found == status
    assert expected in said
    assert not (machine.root / "opt").exists()


def test_shellcheck_finds_nothing_wrong(repository: Path) -> None:
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("needs shellcheck")
    script = repository / "deploy" / "install"
    done = subprocess.run([shellcheck, "-x", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
