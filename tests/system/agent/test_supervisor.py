"""Several cameras in one process: what becomes of the others when one fails."""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent.box import Box, opened
from agent.build import assembled
from agent.capture import EndOfSource, Source, SourceError, open_source
from agent.config import AgentSettings, Inference
from agent.file_pace import FilePace
from agent.link import Link, linked, report_unwatched
from agent.pipeline import Pipeline
from agent.supervisor import Supervisor
from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose import Poses

Open = Callable[[], Source]


@dataclass
class Camera:
    """Live, and sees nothing until `ended`; `failure` breaks it then."""

    ended: threading.Event = field(default_factory=threading.Event)
    failure: Exception | None = None
    description: str = "camera"
    live: bool = True
    may_be_late: bool = False
    frame_count: int = 0

    def read(self, timeout_sec: float) -> Poses | None:
        if not self.ended.wait(timeout_sec):
            return None
        raise self.failure or EndOfSource

    def age_sec(self) -> float:
        return float("inf")

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def recording(repository: Path) -> Path:
    return repository / "demo" / "recordings" / "fall.npz"


class Sources(dict[str, Open]):
    """What opens a source, by what the user wrote; other sources are opened as ever."""

    def assembled(
        self, box: Box, link: Link, record: bool = False
    ) -> AbstractContextManager[Pipeline]:
        return assembled(
            box, link, record, open_source=self._open, load_estimator=lambda _: no_estimate
        )

    def _open(self, source: str, pace: FilePace, name: str, fps: float | None) -> Source:
        return self[source]() if source in self else open_source(source, pace, name, fps)


def no_estimate(_frame: Frame) -> Poses:
    raise AssertionError("no camera of these tests gives pictures")


@pytest.fixture
def sources() -> Sources:
    return Sources()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Callable[..., Box]]:
    """Makes a box of cameras; its server is not there."""
    with ExitStack() as stack:

        def make(**watched: object) -> Box:
            settings = AgentSettings(
                cameras={name: str(source) for name, source in watched.items()},
                data_dir=tmp_path / "box",
                inference=Inference.LOCAL,
                pace=FilePace.FAST,
                drain_sec=0.0,
            )
            return stack.enter_context(opened(settings))

        yield make


def gone() -> Camera:
    raise SourceError("no camera")


@contextmanager
def watched(box: Box, camera_id: str) -> Iterator[Pipeline]:
    """The pipeline of a camera, as it is while it is watched."""
    with (
        linked(box.settings, box.uploads, camera_id) as link,
        assembled(box, link) as pipeline,
    ):
        yield pipeline


def said_of(box: Box, camera_id: str) -> list[dict[str, Any]]:
    """What waits for the server."""
    with linked(box.settings, box.uploads, camera_id) as link:
        return [json.loads(event.body) for event in link.outbox.oldest(1000)]


def lines_about(caplog: pytest.LogCaptureFixture, text: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if text in record.getMessage()]


def test_file_that_is_missing_is_reported_at_once_and_is_not_tried_again(
    box: Callable[..., Box],
    recording: Path,
    sources: Sources,
    caplog: pytest.LogCaptureFixture,
    eventually: Callable[..., Any],
) -> None:
    hall = Camera()
    sources["0"] = lambda: hall
    several = Supervisor(
        box(hall="0", stairs="missing.npz", kitchen=recording), assemble=sources.assembled
    )
    at_work = threading.Thread(target=several.run)
    at_work.start()
    eventually(lambda: lines_about(caplog, "stairs is not watched"))
    hall.ended.set()
    at_work.join()
    assert several.failures == {"stairs": "no such pose track: missing.npz"}
    assert len(lines_about(caplog, "stairs is not watched")) == 1
    assert several.left["kitchen"] > several.left["hall"] > 0


def test_camera_that_breaks_is_watched_again_while_the_other_goes_on(
    box: Callable[..., Box],
    sources: Sources,
    caplog: pytest.LogCaptureFixture,
    eventually: Callable[..., Any],
) -> None:
    hall, breaking, back = Camera(), Camera(failure=RuntimeError("the driver broke")), Camera()
    gone = SourceError("no camera 1")
    attempts = iter([breaking, gone, gone, gone, back])

    def unplugged_for_a_while() -> Camera:
        if isinstance(attempt := next(attempts), Exception):
            raise attempt
        return attempt

    sources |= {"0": lambda: hall, "1": unplugged_for_a_while}
    caplog.set_level(logging.INFO)
    several = Supervisor(box(hall="0", stairs="1"), assemble=sources.assembled, retry_sec=0.01)
    at_work = threading.Thread(target=several.run)
    at_work.start()
    breaking.ended.set()
    eventually(lambda: len(lines_about(caplog, "watching camera as stairs")) == 2)
    back.ended.set()
    hall.ended.set()
    at_work.join()
    assert several.failures == {}
    assert lines_about(caplog, "stairs is not watched") == [
        "stairs is not watched: it has crashed: RuntimeError",
        "stairs is not watched: no camera 1",
    ]
    assert len(lines_about(caplog, "watching camera as hall")) == 1


def test_when_none_is_watched_any_more_all_is_over(
    box: Callable[..., Box], sources: Sources
) -> None:
    sources |= {"0": gone, "1": gone}
    several = Supervisor(box(hall="0", stairs="1"), assemble=sources.assembled, retry_sec=0.01)
    several.run()
    assert several.failures == {"hall": "no camera", "stairs": "no camera"}


def test_only_camera_is_not_tried_again_and_nothing_is_logged_about_it(
    box: Callable[..., Box], sources: Sources, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Camera(failure=OSError("no space"))
    broken.ended.set()
    sources["0"] = lambda: broken
    several = Supervisor(box(hall="0"), assemble=sources.assembled)
    several.run()
    assert several.failures["hall"] == "it has crashed: OSError"
    assert lines_about(caplog, "is not watched") == []


def test_stop_ends_the_watch_and_the_wait_for_a_camera_that_is_gone(
    box: Callable[..., Box],
    sources: Sources,
    caplog: pytest.LogCaptureFixture,
    eventually: Callable[..., Any],
) -> None:
    sources |= {"0": Camera, "1": gone}
    made = box(hall="0", stairs="1")
    several = Supervisor(made, assemble=sources.assembled, retry_sec=3600.0)
    at_work = threading.Thread(target=several.run)
    at_work.start()
    eventually(lambda: lines_about(caplog, "stairs is not watched: no camera"))
    made.stop(by_hand=False)
    at_work.join(30.0)
    assert not at_work.is_alive()
    assert set(several.failures) == {"stairs"}


def test_models_are_loaded_once_for_all_cameras(box: Callable[..., Box], recording: Path) -> None:
    made = box(hall=recording, stairs=recording)
    with watched(made, "hall") as hall, watched(made, "stairs") as stairs:
        analyzers: list[Any] = [hall.worker.analyzer, stairs.worker.analyzer]
        assert analyzers[0]._model is analyzers[1]._model is made.model
        assert hall.factory.session_id != stairs.factory.session_id
        assert hall.stopping is stairs.stopping is made.stopping


def test_server_hears_of_a_camera_before_its_source_is_open(
    box: Callable[..., Box], sources: Sources, eventually: Callable[..., Any]
) -> None:
    opened_at_last, opening = threading.Event(), threading.Event()

    def slow() -> Camera:
        opening.set()
        opened_at_last.wait()
        raise SourceError("no camera")

    sources["0"] = slow
    made = box(hall="0")
    several = Supervisor(made, assemble=sources.assembled)
    at_work = threading.Thread(target=several.run)
    at_work.start()
    assert opening.wait(30.0)
    (file,) = (made.settings.data_dir / "outbox").glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as db:
        ((body,),) = db.execute("SELECT body FROM events").fetchall()
    beat = json.loads(body)
    assert (beat["event_type"], beat["state"], beat["fps"]) == ("HEARTBEAT", "starting", 0.0)
    assert "frame_age_sec" not in beat
    opened_at_last.set()
    at_work.join()
    assert [beat["state"] for beat in said_of(made, "hall")] == ["starting", "failed"]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (SourceError("no camera 0"), "no camera 0"),
        (ImportError("libGL.so.1: cannot open"), "pose estimation cannot start: libGL.so.1"),
        (RuntimeError("of\nseveral lines"), "it has crashed: RuntimeError"),
    ],
)
def test_server_is_told_why_a_camera_is_not_watched(
    box: Callable[..., Box], sources: Sources, failure: Exception, said: str
) -> None:
    def fail() -> Camera:
        raise failure

    sources["0"] = fail
    made = box(hall="0")
    Supervisor(made, assemble=sources.assembled).run()
    beat = said_of(made, "hall")[-1]
    assert (beat["state"], beat["fps"]) == ("failed", 0.0)
    assert beat["detail"].startswith(said)


def test_file_that_is_missing_is_between_the_user_and_the_command_line(
    box: Callable[..., Box], sources: Sources
) -> None:
    made = box(stairs="missing.npz")
    Supervisor(made, assemble=sources.assembled).run()
    assert said_of(made, "stairs") == []


def test_word_of_cameras_that_are_not_watched_is_kept_for_a_server_that_is_away(
    box: Callable[..., Box], sources: Sources
) -> None:
    made = box(hall="0", stairs="1")
    detail = "no model\nin two lines\x00"
    assert not report_unwatched(
        made.settings, ["hall", "stairs"], "failed", detail, patience_sec=0.01
    )
    for camera_id in ("hall", "stairs"):
        (beat,) = said_of(made, camera_id)
        assert (beat["state"], beat["detail"]) == ("failed", "no model in two lines")


def test_stop_that_is_said_twice_is_one_unless_it_is_said_by_hand(box: Callable[..., Box]) -> None:
    made = box(hall="0")
    for _ in range(2):
        made.stop(by_hand=False)
    assert (made.stopping.is_set(), made.giving_up.is_set()) == (True, False)
    made.stop(by_hand=True)
    assert made.giving_up.is_set()
