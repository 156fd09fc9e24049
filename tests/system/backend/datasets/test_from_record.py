"""The household's own data set: incidents that were judged, and minutes that were ordinary."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.datasets.errors import NothingToKeep
from backend.datasets.schemas import RecordWanted
from modeling.training.datasets.clips import LabelledClip, load_dataset
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.judged_record import HOUR, NOON, happen, judge, see


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AskedHome]:
    with asked_home(tmp_path / "data", ordinary_poses_minutes=24) as home:
        yield home


def clips(home: AskedHome, version: dict[str, Any], folder: Path) -> dict[str, LabelledClip]:
    """What training reads of a version."""
    service = home.app.state.datasets
    service.fetch(service.version(version["id"], HOME), folder / version["id"])
    return {clip.labels.name: clip for clip in load_dataset(folder / version["id"])}


def test_one_incident_by_one_click(home: AskedHome, tmp_path: Path) -> None:
    fall = happen(home, NOON)
    path = f"/incidents/{fall}/dataset"
    assert home.ask("caregiver", "POST", path).status_code == 403
    assert home.ask("owner", "POST", path).json()["code"] == "no_verdict"
    judge(home, fall, "fall")
    first = home.ask("owner", "POST", path).raise_for_status().json()
    assert (first["name"], first["version"], first["summary"]) == ("기록에서", 1, {"fall": 1})
    (clip,) = clips(home, first, tmp_path).values()
    assert clip.source.licence == "the household's own"
    (span,) = clip.labels.falls
    assert (span.start, span.end) == (pytest.approx(10.0), pytest.approx(13.0))
    assert clip.labels.person == 1
    assert clip.labels.group.endswith("2027-01-15")
    assert len(clip.track) == 151  # both ends are in it
    assert home.ask("owner", "POST", path).json() == first, "nothing has changed"

    false = happen(home, NOON + HOUR)
    judge(home, false, "false_alarm")
    second = home.ask("owner", "POST", f"/incidents/{false}/dataset").raise_for_status().json()
    assert (second["version"], second["dataset_id"]) == (2, first["dataset_id"])
    found = clips(home, second, tmp_path)
    assert {name: len(clip.labels.falls) for name, clip in found.items()} == {fall: 1, false: 0}
    assert len({clip.labels.group for clip in found.values()}) == 1

    judge(home, fall, "false_alarm")
    third = home.ask("owner", "POST", path).raise_for_status().json()
    assert third["summary"] == {}
    assert (third["changes"]["added"], third["changes"]["changed"]) == (0, 2)


def test_a_span_of_the_record_with_ordinary_minutes(home: AskedHome, tmp_path: Path) -> None:
    verdicts = ("fall", "false_alarm", "test", "not_sure")
    ids = [happen(home, NOON + number * HOUR) for number in range(4)]
    for incident_id, verdict in zip(ids, verdicts, strict=True):
        judge(home, incident_id, verdict)
    see(home, NOON + 5 * HOUR, NOON + 5 * HOUR + 120)
    see(home, NOON + 9 * HOUR, NOON + 9 * HOUR + 120)
    while len(home.app.state.poses.ordinary_minutes(0.0, 1e11, lambda _: True)) < 2:
        time.sleep(0.02)
    wanted = {"since": NOON - 100, "until": NOON + 6 * HOUR, "ordinary_hours": 1}
    made = home.ask("owner", "POST", "/datasets/from-record", json=wanted).raise_for_status().json()
    found = clips(home, made, tmp_path)
    assert found.keys() > {ids[0], ids[1]}
    (minute,) = found.keys() - {ids[0], ids[1]}
    assert len(found[minute].track) == 300
    assert [clip.labels.source for clip in found.values()] == ["household"] * 3
    with pytest.raises(NothingToKeep):
        home.app.state.record_datasets.make(RecordWanted.model_validate(wanted), 2, None)
    tests = wanted | {"verdicts": ["test"], "ordinary_hours": 0}
    made = home.ask("owner", "POST", "/datasets/from-record", json=tests).raise_for_status().json()
    assert clips(home, made, tmp_path).keys() == {ids[2]}


def test_a_fall_that_was_found_by_what_came_of_it_has_no_time(
    home: AskedHome, tmp_path: Path
) -> None:
    incident = happen(home, NOON, "on_floor")
    judge(home, incident, "fall")
    made = home.ask("owner", "POST", f"/incidents/{incident}/dataset").raise_for_status().json()
    (clip,) = clips(home, made, tmp_path).values()
    assert clip.labels.falls == []
    assert {span.label for span in clip.labels.spans if not span.certain} == {"fall", "lying"}


def test_nothing_that_fits_is_said(home: AskedHome) -> None:
    wanted = {"since": NOON, "until": NOON + HOUR, "ordinary_hours": 1}
    answer = home.ask("owner", "POST", "/datasets/from-record", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_keep")
    for wrong in ({"until": NOON}, {"verdicts": ["not_sure"]}, {"ordinary_hours": -1}):
        answer = home.ask("owner", "POST", "/datasets/from-record", json=wanted | wrong)
        assert answer.status_code == 422
