"""`run-demo`, as a newcomer types it, and what it leaves behind: nothing."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from modeling.perception.poses.pose import PoseTrack

Eventually = Callable[..., Any]
PAGE = re.compile(r"http://[\d.:]+")
LOGIN = re.compile(r"Log in as (\w+) with the password (\w+)")


@dataclass
class Demo:
    """The command in a session of its own, as in a terminal of its own."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def said(self) -> str:
        """All that it printed so far."""
        return self.output.read_text(encoding="utf-8")

    def processes(self) -> dict[int, str]:
        """All that runs in its session: the command lines by the process ids."""
        running = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                session = int((folder / "stat").read_text().rpartition(")")[2].split()[3])
                if session == self.process.pid:
                    running[int(folder.name)] = (folder / "cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
        return running


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Starts `run-demo` with the given options; what is left of it is killed."""
    started: list[Demo] = []

    def start(*options: object, locale: str = "C.UTF-8") -> Demo:
        output = tmp_path / "output.txt"
        command = [Path(sys.executable).with_name("run-demo"), *(str(o) for o in options)]
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        environment |= {
            "LANG": locale,
            "TMPDIR": str(tmp_path),
            "KAKAO_API_URL": "http://nobody.invalid",
        }
        with output.open("wb") as file:
            process = subprocess.Popen(
                command,
                cwd=tmp_path,
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(Demo(process, output))
        return started[-1]

    yield start
    for demo in started:
        for number in demo.processes():
            os.kill(number, signal.SIGKILL)
        demo.process.wait()


@pytest.mark.parametrize(
    ("locale", "scores", "fall", "memo", "camera"),
    [
        ("en_US.UTF-8", "scores     fall", "fall", "KakaoTalk memo", "living room"),
        ("ko_KR.UTF-8", "점수       낙상", "낙상", "카카오톡", "거실"),
    ],
)
def test_demo_shows_a_fall_becoming_a_memo(
    start_demo: Callable[..., Demo],
    tmp_path: Path,
    locale: str,
    scores: str,
    fall: str,
    memo: str,
    camera: str,
) -> None:
    demo = start_demo(locale=locale)
    assert demo.process.wait(60) == 0, demo.said()
    said = demo.said()
    places = [said.index(it) for it in (scores, f"START      {fall}", f"END        {fall}", memo)]
    assert places == sorted(places)
    assert camera in said[places[-1] :]
    assert len(PAGE.findall(said)) == 1
    assert "Traceback" not in said
    assert demo.processes() == {}
    assert list(tmp_path.glob("dolbom-demo-*")) == []


def test_demo_on_a_source_in_which_nobody_falls_fails_with_one_plain_line(
    start_demo: Callable[..., Demo], repository: Path, tmp_path: Path
) -> None:
    fall = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    PoseTrack.from_poses(list(fall)[:30]).save(tmp_path / "standing.npz")
    demo = start_demo("--source", tmp_path / "standing.npz")
    assert demo.process.wait(60) == 1
    last = demo.said().splitlines()[-1]
    assert last == "the demo failed: the source ended, and no fall was seen in it"
    assert demo.processes() == {}


def test_demo_on_a_file_that_is_not_there_says_so(start_demo: Callable[..., Demo]) -> None:
    demo = start_demo("--source", "missing.mp4")
    assert demo.process.wait(60) == 1
    assert "no such video file" in demo.said().splitlines()[-1]
    assert demo.processes() == {}


def test_page_of_a_demo_that_is_kept_shows_the_fall_and_its_answer_begins_it_again(
    start_demo: Callable[..., Demo], eventually: Eventually
) -> None:
    demo = start_demo("--keep")
    eventually(lambda: "It goes on running" in demo.said(), 120.0)
    login, password = LOGIN.findall(demo.said())[0]
    with httpx.Client(base_url=PAGE.findall(demo.said())[0], trust_env=False) as browser:
        browser.headers |= {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        account = {"login": login, "password": password}
        assert browser.post("/auth/login", json=account).is_success
        page = browser.get("/").text
        assert "Fall detected: living room" in page
        answer = re.findall(r'action="(/incidents/\w+/acknowledgement)"', page)[0]
        assert browser.post(answer, data={"answer": "all_well"}).is_redirect
        eventually(lambda: "The camera box begins again" in demo.said(), 30.0)
        eventually(lambda: demo.said().count("START      fall") == 2, 30.0)
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(30) == 128 + signal.SIGTERM
    assert demo.processes() == {}


@pytest.mark.parametrize("seen", ["Starting the Kakao stand-in", "scores"])
def test_ctrl_c_leaves_no_process_behind(
    start_demo: Callable[..., Demo], tmp_path: Path, eventually: Eventually, seen: str
) -> None:
    demo = start_demo()
    eventually(lambda: seen in demo.said(), 30.0)
    os.killpg(demo.process.pid, signal.SIGINT)  # as a terminal does
    assert demo.process.wait(30) not in (0, -signal.SIGINT)
    assert demo.processes() == {}
    assert "Traceback" not in demo.said()
    assert list(tmp_path.glob("dolbom-demo-*")) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_termination_of_the_demo_alone_leaves_no_process_behind(
    start_demo: Callable[..., Demo], eventually: Eventually, number: signal.Signals
) -> None:
    demo = start_demo("--keep")
    eventually(lambda: "Starting the camera box" in demo.said(), 30.0)
    demo.process.send_signal(number)
    assert demo.process.wait(30) == 128 + number
    assert demo.processes() == {}
