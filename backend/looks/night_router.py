"""/styles/night and /styles/night/package: by which look camera boxes change dark pictures."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.asking import owner_of
from backend.access.packages import CONTENT, UNCHANGED, camera_box_of, package_answer
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body, problems
from backend.looks.errors import NoNightLook, UnfinishedLook, UnknownLook
from backend.looks.night import NightLookService
from backend.looks.router import LOOK_ID
from backend.media.errors import MediaUnavailable, UnknownFile
from backend.storage.errors import DatabaseUnavailable
from contract.deployments import SignedPackage
from contract.looks import NIGHT_LOOK_PATH, NightLookChosen

router = APIRouter(tags=["looks"])

CHOOSING = TypeAdapter(NightLookChosen)
CHOSEN = {"look_id": LOOK_ID}
PACKAGE = {
    "package": {
        "recipe": "night-look",
        "version_id": LOOK_ID,
        "version": "밝은 거실",
        "files": {"model.onnx": {"sha256": "ab" * 32, "size": 431_244}},
        "made_at": 1_795_939_200.0,
        "sequence": 1_795_939_200,
    },
    "signature": "c2lnbmVk" * 11,
    "key": "cHVibGlj" * 5 + "a2U=",
}
NOBODY = "none"


@router.put(
    "/styles/night",
    openapi_extra=json_body(CHOOSING, CHOSEN),
    responses=answers(
        CHOSEN, *OF_A_BODY, UnknownLook, UnfinishedLook, UnknownFile, MediaUnavailable,
        DatabaseUnavailable,
    ),
)  # fmt: skip
async def choose(request: Request, body: Body) -> NightLookChosen:
    """Let camera boxes change dark pictures by this look before they look for people in them.

    With null they go on in the simple way that ships. They fetch it within seconds. For owners.
    """
    owner_of(request)
    return await run_in_threadpool(let_be_used, request, parse_model(CHOOSING, body).look_id)


@router.get(
    NIGHT_LOOK_PATH,
    response_model=SignedPackage,
    responses=answers(PACKAGE, NoNightLook, DatabaseUnavailable) | UNCHANGED,
)
def package(request: Request) -> Response:
    """The look that is chosen, signed as the package of a model is; 304 where it is the same."""
    caller = camera_box_of(request)
    return package_answer(request, _service(request).package(caller.household_id))


@router.get(
    f"{NIGHT_LOOK_PATH}/files/{{sha256}}",
    response_class=StreamingResponse,
    responses={
        200: CONTENT,
        **problems(NoNightLook, UnknownFile, MediaUnavailable, DatabaseUnavailable),
    },
)
def file(request: Request, sha256: str) -> StreamingResponse:
    """A file of the look that is chosen."""
    caller = camera_box_of(request)
    pieces = _service(request).file(sha256, caller.household_id)
    return StreamingResponse(pieces, media_type="application/octet-stream")


def let_be_used(request: Request, look_id: str | None) -> NightLookChosen:
    """The same for whoever asks; raises Forbidden, UnknownLook and UnfinishedLook."""
    caller = owner_of(request)
    chosen = _service(request).choose(look_id, caller.household_id, caller.person_id)
    audit: AuditService = request.app.state.audit
    audit.note(caller, Action.CHOSE_NIGHT_LOOK, look_id or NOBODY)
    return chosen


def _service(request: Request) -> NightLookService:
    service: NightLookService = request.app.state.night_looks
    return service
