"""What a tracker hears that fails, hangs or refuses."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.tracking.base import Unwanted, flat, run_name
from backend.tracking.courier import Courier
from backend.tracking.reasons import reason_of
from backend.tracking.trackers import Trackers, open_trackers
from contract.jobs import Job, MetricAt
from testkit.tracked_job import FIGURES, PARAMS, TITLE, job_of

WAIT_SEC = 10.0


class Service:
    """What all runs at one service have heard, and what it does at each word."""

    def __init__(self, behave: Callable[[str], None] = lambda _word: None) -> None:
        self.heard: list[str] = []
        self.behave = behave

    def take(self, word: str) -> None:
        self.behave(word)
        self.heard.append(word)


class Run:
    def __init__(self, service: Service) -> None:
        self._service = service

    @staticmethod
    def lacks() -> str | None:
        return None

    def start(self, job: Job, _params: dict[str, Any]) -> None:
        self._service.take(f"start {job.id}")

    def metric(self, metric: MetricAt) -> None:
        self._service.take(f"metric {metric.epoch}")

    def artifact(self, path: Path) -> None:
        self._service.take(f"artifact {path.name}")

    def end(self, state: str) -> None:
        self._service.take(f"end {state}")


def of(service: Service, slow_sec: float = 5.0) -> Trackers:
    return Trackers({"one": lambda: Run(service)}, {}, slow_sec)


def tell(trackers: Trackers) -> None:
    trackers.start(job_of("j"), PARAMS)
    for figure in FIGURES[:3]:
        trackers.metric("j", figure)
    trackers.artifact("j", Path("card.md"))
    trackers.end("j", "completed")


ALL = ["start j", "metric 0", "metric 1", "metric 2", "artifact card.md", "end completed"]


def test_all_is_heard_in_order() -> None:
    service = Service()
    trackers = of(service)
    tell(trackers)
    trackers.close(WAIT_SEC)
    assert service.heard == ALL
    assert trackers.missing() == {}


def test_what_fails_is_told_again_and_only_then_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    failures = iter([ConnectionError("no route"), None, None, TimeoutError("late")])

    def behave(_word: str) -> None:
        if (error := next(failures, None)) is not None:
            raise error

    service = Service(behave)
    courier = Courier("one", lambda: Run(service), first_pause_sec=0.01)
    trackers = Trackers({}, {})
    trackers._couriers.append(courier)
    tell(trackers)
    trackers.close(WAIT_SEC)
    assert service.heard == ALL
    assert "tracker one is missing: ConnectionError: no route" in caplog.text


def test_one_that_fails_does_not_keep_anything_from_another() -> None:
    def fail(_word: str) -> None:
        raise OSError("disk\nof somebody")

    broken, whole = Service(fail), Service()
    trackers = Trackers({"broken": lambda: Run(broken), "whole": lambda: Run(whole)}, {})
    tell(trackers)
    trackers.close(0.5)
    assert whole.heard == ALL
    assert trackers.missing() == {"broken": "OSError: disk (6 waiting, 0 dropped)"}


def test_one_that_hangs_is_said_to_be_missing() -> None:
    release, hangs = threading.Event(), threading.Event()

    def hang(_word: str) -> None:
        hangs.set()
        release.wait(WAIT_SEC)

    service = Service(hang)
    trackers = of(service, slow_sec=0.0)
    tell(trackers)
    assert hangs.wait(WAIT_SEC)
    assert "has not answered for" in trackers.missing()["one"]
    release.set()
    trackers.close(WAIT_SEC)
    assert service.heard == ALL
    assert trackers.missing() == {}


def test_what_is_refused_is_counted_and_not_told_again() -> None:
    def refuse(word: str) -> None:
        if word == "metric 1":
            raise Unwanted("no such figure")

    service = Service(refuse)
    courier = Courier("one", lambda: Run(service))
    trackers = Trackers({}, {})
    trackers._couriers.append(courier)
    tell(trackers)
    trackers.close(WAIT_SEC)
    assert service.heard == [word for word in ALL if word != "metric 1"]
    assert courier.dropped == 1


def test_a_full_queue_drops_figures_and_keeps_the_end() -> None:
    release = threading.Event()
    service = Service(lambda _word: release.wait(WAIT_SEC) and None)
    courier = Courier("one", lambda: Run(service), kept=3)
    trackers = Trackers({}, {})
    trackers._couriers.append(courier)
    tell(trackers)
    release.set()
    trackers.close(WAIT_SEC)
    assert service.heard == ["start j", "metric 0", "metric 1", "end completed"]
    assert courier.dropped == 2


def test_a_figure_of_a_job_that_never_began_is_dropped() -> None:
    service = Service()
    trackers = of(service)
    trackers.metric("other", FIGURES[0])
    trackers.close(WAIT_SEC)
    assert service.heard == []


def test_a_reason_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "0123456789abcdef")
    error = ValueError("http://me:hidden@mlflow.lan: key 0123456789abcdef is wrong\nand more")
    assert reason_of(error) == "ValueError: http://***@mlflow.lan: key *** is wrong"


def test_what_lacks_a_setting_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MLFLOW_TRACKING_URI", "CLEARML_API_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLEARML_API_ACCESS_KEY", "an-access-key")
    monkeypatch.setenv("CLEARML_API_SECRET_KEY", "a-secret-key")
    trackers = open_trackers(["database", "mlflow", "clearml"], tmp_path)
    tell(trackers)
    assert trackers.missing() == {
        "mlflow": "MLFLOW_TRACKING_URI: expected the URL of a server, http:// or https://",
        "clearml": "CLEARML_API_HOST not set",
    }


def test_a_runs_name_and_its_params_have_nothing_of_the_household() -> None:
    assert TITLE not in run_name(job_of("0123456789"))
    assert flat(PARAMS) == {"epochs": "3", "loss.name": "focal", "loss.gamma": "2.0"}
