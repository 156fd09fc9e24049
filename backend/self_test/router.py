"""GET and POST /self-tests."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, TypeAdapter

from backend.cameras.errors import UnknownCamera
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.self_test.errors import NoCameraToTest, SelfTestUnderWay
from backend.self_test.report import SelfTestShown
from backend.self_test.service import SelfTestService
from contract.names import CameraName

router = APIRouter(prefix="/self-tests", tags=["self-tests"])

SELF_TEST = {
    "id": 7,
    "camera_id": "living room",
    "weekly": True,
    "incident_id": "5f3a9c1e7b2d4608",
    "asked_at": 1_795_939_200.0,
    "began_at": 1_795_939_202.5,
    "asked_again_at": None,
    "over_at": None,
    "answered": [1],
    "waiting_for": [2],
    "failure": None,
}


class SelfTestWanted(BaseModel):
    """Of which camera; null leaves it to whose turn it is."""

    model_config = ConfigDict(extra="forbid")

    camera_id: CameraName | None = None


WANTED = TypeAdapter(SelfTestWanted)


@router.get("", responses=answers([SELF_TEST]))
def self_tests(request: Request) -> list[SelfTestShown]:
    """The newest self-tests, newest first."""
    return _service(request).newest(request.state.caller.household_id)


@router.post(
    "",
    openapi_extra=json_body(WANTED, {"camera_id": "living room"}),
    responses=answers(SELF_TEST, *OF_A_BODY, UnknownCamera, NoCameraToTest, SelfTestUnderWay),
)
def begin(request: Request, body: Body) -> SelfTestShown:
    """Have a camera box send a marked fall now, the whole way to each person.

    The box hears of it with its next heartbeat. Who has not answered within an hour is asked again.
    """
    caller = request.state.caller
    wanted = parse_model(WANTED, body)
    service = _service(request)
    return service.begin(caller.household_id, wanted.camera_id, caller.person_id)


def _service(request: Request) -> SelfTestService:
    service: SelfTestService = request.app.state.self_tests
    return service
