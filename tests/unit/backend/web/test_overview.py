"""Whether all is well, in one sentence and one colour."""

from dataclasses import replace

import pytest

from backend.cameras.service import CameraShown, CameraState, KeyKind
from backend.health.service import Health
from backend.part import part
from backend.troubles.phrase import Phrase
from backend.web.incident_views import IncidentView
from backend.web.overview import Level, overview_of
from contract.incidents import Incident, IncidentState
from testkit.households import HOME

NOW = 1_795_939_200.0
FALL = IncidentView(
    incident=Incident(
        id="5f3a9c1e7b2d4608",
        camera_id="living room",
        label="fall",
        person=1,
        state=IncidentState.NOTIFIED,
        began_at=NOW - 60,
        ended_at=NOW - 58,
        duration_sec=2.0,
        seen="lying",
        detail=None,
        sent_id="hall-1",
        received_at=NOW - 58,
        household_id=HOME,
    ),
    phrase=Phrase("Fall detected"),
    said="not answered",
    colour="alarm",
    is_person=True,
    is_open=True,
)
ANSWERED = replace(FALL, holder="Mina", answer="going")


def camera(state: CameraState = CameraState.WATCHING) -> CameraShown:
    return CameraShown(
        camera_id="living room",
        place=None,
        key=KeyKind.PAIRED,
        paired_at=NOW,
        state=state,
        heard_at=NOW,
        moved_at=NOW,
        picture="ok",
        inference="remote",
        model="d725e7f1",
        model_failure=None,
        night_look=None,
        night_look_failure=None,
        detail=None,
    )


def health(**failing: str) -> Health:
    parts = {"log": part(None), **{name: part(reason) for name, reason in failing.items()}}
    return Health(status="degraded" if failing else "ok", **parts)


@pytest.mark.parametrize(
    ("urgent", "troubles", "failing", "state", "level"),
    [
        ([], [], {}, CameraState.WATCHING, Level.WELL),
        ([FALL], [], {}, CameraState.WATCHING, Level.ALARM),
        ([ANSWERED], [], {}, CameraState.WATCHING, Level.LOOK),
        ([ANSWERED, FALL], [], {}, CameraState.WATCHING, Level.ALARM),
        ([], [FALL], {}, CameraState.WATCHING, Level.LOOK),
        ([], [], {"log": "the disk is full"}, CameraState.WATCHING, Level.LOOK),
        ([], [], {}, CameraState.SILENT, Level.LOOK),
    ],
)
def test_worst_that_there_is_decides(
    urgent: list[IncidentView],
    troubles: list[IncidentView],
    failing: dict[str, str],
    state: CameraState,
    level: Level,
) -> None:
    found = overview_of(urgent, troubles, health(**failing), [camera(state)], NOW)
    assert found.level is level


def test_rooms_that_are_not_fine_are_those_that_do_not_watch_or_need_somebody() -> None:
    cameras = [camera(state).model_copy(update={"camera_id": state.value}) for state in CameraState]
    fallen = camera().model_copy(update={"camera_id": FALL.incident.camera_id})
    found = overview_of([FALL], [], health(), [*cameras, fallen], NOW)
    assert not found.has_many
    assert [it.camera_id for it in found.unwell] == [
        *(state.value for state in CameraState if state is not CameraState.WATCHING),
        FALL.incident.camera_id,
    ]
    assert overview_of([], [], health(), [camera()] * 9, NOW).has_many


def test_nobody_is_well_without_a_camera_that_watches() -> None:
    assert overview_of([], [], health(), [], NOW).level is Level.LOOK


def test_what_stands_among_the_incidents_is_not_said_twice() -> None:
    ill = health(answers="nobody has answered: fall, living room", log="the disk is full")
    assert set(overview_of([FALL], [], ill, [camera()], NOW).failing) == {"log"}
    assert set(overview_of([], [], ill, [camera()], NOW).failing) == {"answers", "log"}
