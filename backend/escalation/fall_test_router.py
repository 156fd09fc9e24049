"""GET, POST and DELETE /fall-test: somebody falls before a camera on purpose."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from backend.access.middleware import check_household
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.cameras.errors import UnknownCamera
from backend.cameras.service import CameraService
from backend.escalation.answer import Way
from backend.escalation.answering import Speaker
from backend.escalation.errors import FallTestUnderWay, NoFallTest, SomebodyInNeed
from backend.escalation.fall_tests import FallTests
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.incidents.fall_tests import MOST_SEC, FallTest
from backend.people.errors import NotSetUp
from contract.names import CameraName

router = APIRouter(prefix="/fall-test", tags=["fall test"])

FALL_TEST = {
    "id": 2,
    "camera_id": "living room",
    "person_id": 1,
    "began_at": 1_795_939_200.0,
    "until": 1_795_939_500.0,
    "incidents": ["5f3a9c1e7b2d4608"],
}
MINUTE = 60.0


class FallTestWanted(BaseModel):
    """Of which camera, and for how long at most."""

    model_config = ConfigDict(extra="forbid")

    camera_id: CameraName
    minutes: Annotated[int, Field(ge=1, le=int(MOST_SEC / MINUTE))] = int(MOST_SEC / MINUTE)


class FallTestShown(BaseModel):
    """Who tries which camera; times are seconds since 1970 (UTC).

    `incidents` are the ids of what was seen meanwhile. `person_id` is null for whoever has the
    API_KEY, whom no channel reaches.
    """

    id: int
    camera_id: str
    person_id: int | None
    began_at: float
    until: float
    incidents: list[str]


WANTED = TypeAdapter(FallTestWanted)


@router.get("", responses=answers(FALL_TEST, NoFallTest))
def fall_test(request: Request) -> FallTestShown:
    """The one that lasts now."""
    check_household(request.state.caller)
    test = _tests(request).running(request.state.caller.household_id)
    if test is None:
        raise NoFallTest("no fall test lasts now")
    return _shown(request, test)


@router.post(
    "",
    openapi_extra=json_body(WANTED, {"camera_id": "living room", "minutes": 5}),
    responses=answers(
        FALL_TEST, *OF_A_BODY, UnknownCamera, FallTestUnderWay, SomebodyInNeed, NotSetUp
    ),
)
def begin(request: Request, body: Body) -> FallTestShown:
    """Fall on purpose: for minutes this camera's falls are tests, and alarm nobody else.

    What is not over when the time is over is real, and everybody is notified at once.
    """
    return _shown(request, begin_fall_test(request, parse_model(WANTED, body)))


@router.delete("", responses=answers(FALL_TEST, NoFallTest))
def end(request: Request) -> FallTestShown:
    """Say that the one who fell is up: the test is over.

    Somebody of whom the camera has not seen that yet is real 15 s later.
    """
    return _shown(request, end_fall_test(request, Way.API))


def begin_fall_test(request: Request, wanted: FallTestWanted) -> FallTest:
    """Begin one for the caller. Raises as FallTests.begin does, and UnknownCamera."""
    caller = request.state.caller
    cameras: CameraService = request.app.state.cameras
    camera_id = cameras.find(wanted.camera_id, caller.household_id).camera_id
    seconds = wanted.minutes * MINUTE
    test = _tests(request).begin(caller.household_id, camera_id, caller.person_id, seconds)
    audit: AuditService = request.app.state.audit
    audit.note(caller, Action.TRIED_CAMERA, camera_id)
    return test


def end_fall_test(request: Request, way: Way) -> FallTest:
    """End the one that lasts. Raises NoFallTest."""
    caller = request.state.caller
    return _tests(request).end(Speaker(caller.household_id, caller.person_id, way))


def _shown(request: Request, test: FallTest) -> FallTestShown:
    return FallTestShown(
        id=test.number,
        camera_id=test.camera_id,
        person_id=test.person_id,
        began_at=test.began_at,
        until=test.until,
        incidents=[incident.id for incident in _tests(request).incidents(test)],
    )


def _tests(request: Request) -> FallTests:
    tests: FallTests = request.app.state.escalation.fall_tests
    return tests
