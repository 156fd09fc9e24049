"""`/metrics` of a real server: what has happened, and what of it fails."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from testkit.figures import figure

WAIT_SEC = 15.0
FALL = {"event_type": "END", "event_id": "e1", "incident_id": "f1", "camera_id": "hall"}
FALL |= {"event": "fall", "duration_sec": 2.0, "state": "lying"}
BEAT = {"event_type": "HEARTBEAT", "event_id": "b1", "camera_id": "hall", "state": "watching"}
BEAT |= {"fps": 10.0, "frame_age_sec": 0.2, "outbox_length": 3}


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any]) -> Any:
    return serve(API_KEY="k3y-of-the-house-of-tests")


def until(server: Any, name: str, value: float, **labels: str) -> str:
    """What a scrape reads once this figure is so."""
    give_up_at = time.monotonic() + WAIT_SEC
    while time.monotonic() < give_up_at:
        text: str = server.get("/metrics").raise_for_status().text
        if figure(text, name, **labels) == value:
            return text
        time.sleep(0.05)
    raise AssertionError(f"{name} never was {value}:\n{text}")


def test_camera_that_beats_is_seen_with_what_it_says(server: Any) -> None:
    server.send(BEAT | {"ts": time.time()})
    text = until(server, "dolbom_camera_outbox_events", 3.0, camera="hall")
    assert figure(text, "dolbom_camera_state", camera="hall", state="watching") == 1.0
    assert figure(text, "dolbom_camera_state", camera="hall", state="silent") == 0.0
    picture_age = figure(text, "dolbom_camera_picture_age_seconds", camera="hall")
    assert picture_age is not None
    assert 0.2 <= picture_age < WAIT_SEC


def test_fall_is_counted_from_its_arrival_to_the_first_phone(server: Any) -> None:
    began = time.time()
    server.send(FALL | {"ts": began})
    text = until(server, "dolbom_first_ring_seconds_count", 1.0)
    seconds = figure(text, "dolbom_first_ring_seconds_sum")
    assert seconds is not None
    assert 0.0 < seconds < time.time() - began
    assert figure(text, "dolbom_deliveries_total", outcome="sent", channel="kakao") == 1.0
    assert figure(text, "dolbom_incidents", label="fall", verdict="none") == 1.0
    assert (figure(text, "dolbom_journal_bytes") or 0.0) > 0.0
    durable_at = figure(text, "dolbom_last_durable_write_timestamp_seconds")
    assert durable_at is not None
    assert began - 1.0 < durable_at <= time.time()
    posts = {"route": "/event/payload", "method": "POST", "status": "2xx"}
    assert (figure(text, "dolbom_http_requests_total", **posts) or 0.0) >= 1.0
    assert (figure(text, "dolbom_connections") or 0.0) >= 1.0
    assert server.settings["API_KEY"] not in text


def test_answer_is_counted_when_it_is_given(server: Any) -> None:
    (incident,) = server.get("/incidents", label="fall").json()
    path = f"/incidents/{incident['id']}/acknowledgement"
    server.post(path, {"answer": "all_well"}).raise_for_status()
    text = until(server, "dolbom_answer_seconds_count", 1.0)
    assert figure(text, "dolbom_incidents", label="fall", verdict="false_alarm") == 1.0


def test_database_that_cannot_be_read_takes_only_its_own_figures(server: Any) -> None:
    (server.data_dir / "jobs" / "factory.sqlite3").mkdir(parents=True)
    text = until(server, "dolbom_scrape_failures_total", 1.0, part="jobs")
    assert figure(text, "dolbom_jobs") is None
    assert figure(text, "dolbom_scrape_failures_total", part="versions") == 1.0
    assert figure(text, "dolbom_model_up", recipe="fall-lstm") == 1.0
    assert figure(text, "dolbom_camera_state", camera="hall", state="watching") is not None
    assert figure(text, "dolbom_scrape_failures_total", part="cameras") == 0.0
