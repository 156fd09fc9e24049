"""deploy/install asks at a real terminal: what is typed, what is typed wrong, and who goes away."""

from pathlib import Path

import pytest

from testkit.bare_machine import GOOD_CODE, BareMachine, make_version
from testkit.terminal import CTRL_C, CTRL_D

ADDRESS, CAMERA, CODE = "Address of the server", "Camera: 0", "Code of six digits"
SERVER = "http://192.168.0.10:8000"
SERVICE = "run/units/dolbom-agent@camera"


@pytest.fixture
def machine(tmp_path: Path) -> BareMachine:
    return BareMachine.make(tmp_path / "root")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A version."""
    return make_version(tmp_path / "version")


def test_what_is_answered_is_what_the_camera_is_paired_with(
    machine: BareMachine, folder: Path
) -> None:
    with machine.at_terminal(folder, "camera") as terminal:
        terminal.answer(ADDRESS, f"  {SERVER} ")
        terminal.answer(CAMERA, "rtsp://user:비밀 번호@192.168.0.20/stream")
        terminal.answer(CODE, "048-213")
        status, shown = terminal.end()
    assert status == 0, shown
    assert machine.pairing == f"{SERVER} rtsp://user:비밀 번호@192.168.0.20/stream"
    assert (machine.root / SERVICE).exists()
    assert "비밀" not in (machine.root / "var/log/dolbom-install.log").read_text(encoding="utf-8")
    with machine.at_terminal(folder, "camera") as terminal:
        status, shown = terminal.end()
    assert (status, shown.splitlines()[-1]) == (0, "nothing had to be changed")


def test_answer_that_will_not_do_is_asked_again(machine: BareMachine, folder: Path) -> None:
    with machine.at_terminal(folder, "camera") as terminal:
        for wrong in ("", "192.168.0.10", "서버", "http://", "http://a b:8000"):
            terminal.answer(ADDRESS, wrong)
            terminal.wait_for("    expected http://ADDRESS:PORT\n")
        terminal.answer(ADDRESS, SERVER)
        for wrong in ("", "거실", "/srv/거실.mp4", "rtsp://", "0 1"):
            terminal.answer(CAMERA, wrong)
            terminal.wait_for("    expected 0, /dev/v4l/by-id/…, rtsp://…, http://…, onvif:// or")
        terminal.answer(CAMERA, "0")
        for wrong in ("", "04821", "공사팔이일삼", "０４８２１３"):
            terminal.answer(CODE, wrong)
            terminal.wait_for("    expected six digits\n")
        terminal.answer(CODE, GOOD_CODE)
        status, shown = terminal.end()
    assert status == 0, shown
    assert machine.pairing == f"{SERVER} 0"


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_who_goes_away_at_a_question_has_installed_nothing(
    machine: BareMachine, folder: Path, key: str
) -> None:
    with machine.at_terminal(folder, "camera") as terminal:
        terminal.answer(ADDRESS, SERVER)
        terminal.wait_for(CAMERA)
        terminal.press(key)
        status, shown = terminal.end()
    assert status in {1, 130}
    assert shown.endswith(
        "deploy/install: stopped at a question: nothing was installed.\n"
        "The same command asks again.\n"
    )
    assert not (machine.root / "opt").exists()
    assert not (machine.root / "etc/dolbom").exists()


def test_step_that_is_stopped_says_so_and_the_next_run_goes_on(
    machine: BareMachine, tmp_path: Path
) -> None:
    slow = make_version(tmp_path / "slow", "backend/slow")
    with machine.at_terminal(slow, "server") as terminal:
        terminal.wait_for("python environment")
        terminal.press(CTRL_C)
        status, shown = terminal.end()
    assert status == 130
    assert "step 'python environment': it was stopped.\n" in shown
    assert "The same command goes on from here." in shown
    assert not (machine.root / "opt/dolbom/current").is_symlink()
    uv = machine.root / "opt/dolbom/uv/bin/uv"
    uv.write_text(uv.read_text(encoding="utf-8").replace("/slow", "/quick"), encoding="utf-8")
    with machine.at_terminal(slow, "server") as terminal:
        status, shown = terminal.end()
    assert status == 0, shown


def test_upgrade_whose_window_is_closed_goes_back(machine: BareMachine, tmp_path: Path) -> None:
    """As when the connection to the machine is lost: nobody is left to press anything."""
    assert machine.install(make_version(tmp_path / "version"), "server")[0] == 0
    before = machine.version
    bad = make_version(tmp_path / "bad", "backend/unwell")
    with machine.at_terminal(bad, "upgrade") as terminal:
        terminal.wait_for("all is well")
        assert terminal.hang_up() > 0
    assert machine.version == before
    assert (machine.root / "run/units/dolbom-backend").exists()
    assert not (machine.root / "opt/dolbom/previous").is_symlink()
    log = (machine.root / "var/log/dolbom-install.log").read_text(encoding="utf-8")
    assert f"Version {before} runs again" in log


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_server_of_both_stays_where_the_camera_is_not_answered(
    machine: BareMachine, folder: Path, key: str
) -> None:
    with machine.at_terminal(folder, "both") as terminal:
        terminal.wait_for(CAMERA)
        terminal.press(key)
        status, shown = terminal.end()
    assert status in {1, 130}
    assert "the server runs, and no camera is paired with it.\n" in shown
    assert (machine.root / "run/units/dolbom-backend").exists()
    assert not (machine.root / SERVICE).exists()
    with machine.at_terminal(folder, "both") as terminal:
        terminal.answer(CAMERA, "0")
        terminal.answer(CODE, GOOD_CODE)
        status, shown = terminal.end()
    assert status == 0, shown
    assert machine.pairing == "http://127.0.0.1:8000 0"
    assert (machine.root / SERVICE).exists()


def test_code_that_the_server_does_not_know_is_said_and_the_next_run_asks_again(
    machine: BareMachine, folder: Path
) -> None:
    with machine.at_terminal(folder, "camera") as terminal:
        terminal.answer(ADDRESS, SERVER)
        terminal.answer(CAMERA, "0")
        terminal.answer(CODE, "111111")
        status, shown = terminal.end()
    assert status == 1
    assert f"    no key from the server at {SERVER}" in shown
    assert "take a new code from the page" in shown
    assert not (machine.root / SERVICE).exists()
    with machine.at_terminal(folder, "camera") as terminal:
        terminal.answer(ADDRESS, SERVER)
        terminal.answer(CAMERA, "0")
        terminal.answer(CODE, GOOD_CODE)
        status, shown = terminal.end()
    assert status == 0, shown


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_uninstall_that_nobody_confirms_removes_nothing(
    machine: BareMachine, folder: Path, key: str
) -> None:
    assert machine.install(folder, "server")[0] == 0
    for options in ((), ("--purge",)):
        with machine.at_terminal(folder, "uninstall", *options) as terminal:
            terminal.wait_for(": ")
            terminal.press(key)
            status, shown = terminal.end()
        assert status in {1, 130}
        assert "stopped at a question: nothing was removed.\n" in shown
    with machine.at_terminal(folder, "uninstall", "--purge") as terminal:
        terminal.answer("Type purge: ", "ㅔㅕㄱㅎㄷ")  # purge, on a keyboard that is set to Korean
        status, shown = terminal.end()
    assert (status, shown.splitlines()[-1]) == (1, "deploy/install: nothing was removed")
    assert machine.version
    with machine.at_terminal(folder, "uninstall", "--purge") as terminal:
        terminal.answer("Type purge: ", "purge")
        status, shown = terminal.end()
    assert status == 0, shown
    assert not (machine.root / "opt/dolbom").exists()
