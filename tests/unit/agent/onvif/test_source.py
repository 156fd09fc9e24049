"""What `onvif://…` names."""

from collections.abc import Generator

import pytest

from agent.capture.source import SourceError
from agent.onvif.announcement import Announcement
from agent.onvif.errors import OnvifError
from agent.onvif.source import CameraAt, is_onvif, located, parse_source

HALL = Announcement("id-1", "192.168.0.12", "http://192.168.0.12/x", "Hall", "DC-1", "")
KITCHEN = Announcement("id-2", "192.168.0.13", "http://192.168.0.13/x", "Kitchen", "DC-1", "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("onvif://192.168.0.12", CameraAt("192.168.0.12")),
        ("ONVIF://192.168.0.12:8080/", CameraAt("192.168.0.12:8080")),
        ("onvif://4FA0-7?profile=sub%201", CameraAt("4FA0-7", "sub 1")),
        ("onvif://Front%20door", CameraAt("Front door")),
        ("onvif://거실 카메라", CameraAt("거실 카메라")),
        ("onvif://", CameraAt("")),
    ],
)
def test_source_names_a_camera(source: str, expected: CameraAt) -> None:
    assert is_onvif(source)
    assert parse_source(source) == expected
    assert parse_source(expected.source) == expected


def test_password_in_a_source_is_refused_and_not_repeated() -> None:
    with pytest.raises(SourceError, match="--camera-login") as failure:
        parse_source("onvif://admin:s3cret@192.168.0.12")
    assert "s3cret" not in str(failure.value)


def test_camera_is_found_by_its_id_without_waiting_for_others() -> None:
    def answers() -> Generator[Announcement]:
        yield KITCHEN
        yield HALL
        raise AssertionError("it was waited for more")

    assert located("ID-1", answers) is HALL


def test_camera_is_found_by_its_name_if_no_other_has_it() -> None:
    def answers() -> Generator[Announcement]:
        yield from (KITCHEN, HALL, Announcement("id-3", "h", "u", "kitchen", "", ""))

    assert located("hall", answers) is HALL
    with pytest.raises(OnvifError, match="several cameras"):
        located("Kitchen", answers)
    with pytest.raises(OnvifError, match="no camera of this id or name"):
        located("Garden", answers)
