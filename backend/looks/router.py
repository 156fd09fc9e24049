"""/styles: looks, which are learnt from pictures and applied to others."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BeforeValidator, TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.asking import caregiver_of, owner_of
from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.comments.service import CommentService
from backend.errors import InvalidInput
from backend.http.bodies import Body, LargeBody, parse_model
from backend.http.openapi import FILE, OF_A_BODY, Responses, answers, json_body, problems
from backend.looks.errors import BadLook, UnfinishedLook, UnknownCube, UnknownLook, UnknownLookShare
from backend.looks.schemas import ApplyWanted, CubeWanted, Done, ShareWanted
from backend.looks.service import LookService
from backend.looks.sharing import LookShares
from backend.media.errors import MediaUnavailable, UnknownFile, UnknownImage, WrongImageState
from backend.media.jobs_router import IMAGE_JOB
from backend.people.router import own_address
from backend.storage.errors import DatabaseUnavailable
from contract.comments import Subject, SubjectKind
from contract.jobs import Job
from contract.looks import CubeSize, Look, LookShare, LookWanted

router = APIRouter(tags=["looks"])

MAX_LISTED = 200
LEARNING, APPLYING = TypeAdapter(LookWanted), TypeAdapter(ApplyWanted)
EXPORTING, SHARING = TypeAdapter(CubeWanted), TypeAdapter(ShareWanted)
Size = Annotated[CubeSize, BeforeValidator(lambda text: int(text) if text.isdecimal() else text)]
"""In a path, where all is text."""
LOOK_ID = "3f1c9a52d0b84d1a9c52d6f7a8b9c0d1"
ASKED = {
    "name": "밝은 거실",
    "method": "lut",
    "learnt_from": "pairs",
    "before": ["0d5c2c8e4b7a4f0e8a3b1c2d3e4f5061", "1e6d3d9f5c8b4a1f9b4c2d3e4f506172"],
    "after": ["2f7e4eaf6d9c4b20ac5d3e4f50617283", "307f5fb07ead4c31bd6e4f5061728394"],
}
LOOK = {
    "id": LOOK_ID,
    "household_id": 1,
    "name": "밝은 거실",
    "method": "lut",
    "learnt_from": "pairs",
    "job_id": "0b9d5c0e4f1a4c55a5d1f6a1c2b3d4e5",
    "state": "completed",
    "failure": None,
    "figures": {
        "pairs": 50,
        "held_out": 10,
        "psnr": {"lut": 31.2, "as_it_was": 18.4, "histogram_matching": 24.9, "gamma": 22.7},
        "ciede2000": {"lut": 2.6, "as_it_was": 11.8, "histogram_matching": 5.4, "gamma": 7.1},
        "pose_share": {},
        "seconds": 12.5,
    },
    "bytes": 431_244,
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "finished_at": 1_795_939_260.0,
}
APPLY_JOB = IMAGE_JOB | {
    "title": "거실.jpg: apply_look",
    "spec": {"image_id": ASKED["before"][0], "work": "apply_look", "look_id": LOOK_ID},
}
CUBE_JOB = IMAGE_JOB | {
    "kind": "cube",
    "queue": "io",
    "title": "밝은 거실: 33.cube",
    "spec": {"look_id": LOOK_ID, "size": 33},
}
SHARED = {
    "url": "http://192.168.0.5:8000/shared/styles/b6Yk…",
    "expires_at": 1_796_544_000.0,
}
A_CUBE: Responses = {200: {"content": {"text/plain": {"schema": FILE, "example": "TITLE …"}}}}
A_ZIP: Responses = {200: {"content": {"application/zip": {"schema": FILE, "example": "…"}}}}
ONE = (UnknownLook, DatabaseUnavailable)


@router.post(
    "/styles",
    openapi_extra=json_body(LEARNING, ASKED),
    responses=answers(
        LOOK | {"state": "queued", "figures": None, "bytes": None, "finished_at": None},
        *(*OF_A_BODY, BadLook, UnknownImage, WrongImageState, DatabaseUnavailable),
    ),
)
async def learn(request: Request, body: LargeBody) -> Look:
    """Let a job learn a look from pictures of the household. For caregivers and owners.

    From `pairs`: as many pictures before as after, in the same order, two pairs or more. From a
    `style`: pictures of it as `after`, and those that are to look so as `before`. For the `night`:
    two bright pictures or more as `before`. The look says how near it comes to what it did not see.
    """
    caller, wanted = caregiver_of(request), parse_model(LEARNING, body)
    of = caller.household_id, caller.person_id
    return await run_in_threadpool(_service(request).learn, wanted, *of)


@router.get("/styles", responses=answers([LOOK], InvalidInput, DatabaseUnavailable))
def looks(request: Request, limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50) -> list[Look]:
    """The newest looks, newest first. For caregivers and owners."""
    return _service(request).newest(caregiver_of(request).household_id, limit)


@router.get("/styles/{look_id}", responses=answers(LOOK, *ONE))
def look(request: Request, look_id: str) -> Look:
    """One look; `state` is that of the job that learns it. For caregivers and owners."""
    return _service(request).find(look_id, caregiver_of(request).household_id)


@router.delete("/styles/{look_id}", responses=answers({"success": True}, *ONE, MediaUnavailable))
def remove(request: Request, look_id: str) -> Done:
    """Delete a look with its files; what was made by it stays. For owners."""
    caller = owner_of(request)
    comments: CommentService = request.app.state.comments
    _service(request).find(look_id, caller.household_id)
    comments.erase(Subject(kind=SubjectKind.LOOK, id=look_id))
    _service(request).remove(look_id, caller.household_id)
    _audit(request).note(caller, Action.REMOVED_LOOK, look_id)
    return Done()


@router.post(
    "/styles/{look_id}/apply",
    openapi_extra=json_body(APPLYING, {"image_id": ASKED["before"][0]}),
    responses=answers(APPLY_JOB, *OF_A_BODY, *ONE, UnfinishedLook, UnknownImage, WrongImageState),
)
async def apply(request: Request, look_id: str, body: Body) -> Job:
    """Let a job put a picture through a look. For caregivers and owners.

    What is made is among the results of the picture.
    """
    caller, wanted = caregiver_of(request), parse_model(APPLYING, body)
    asked = look_id, wanted.image_id, caller.household_id, caller.person_id
    return await run_in_threadpool(_service(request).apply, *asked)


@router.post(
    "/styles/{look_id}/export",
    openapi_extra=json_body(EXPORTING, {"size": 33}),
    responses=answers(CUBE_JOB, *OF_A_BODY, *ONE, UnfinishedLook),
)
async def export(request: Request, look_id: str, body: Body) -> Job:
    """Let a job write a look as a `.cube` file of 17, 33 or 65 points. For caregivers and owners.

    An adaptive look is written as what it does to most pictures: a file cannot see one.
    """
    caller, wanted = caregiver_of(request), parse_model(EXPORTING, body)
    asked = look_id, wanted.size, caller.household_id, caller.person_id
    return await run_in_threadpool(_service(request).export, *asked)


@router.get(
    "/styles/{look_id}/cubes/{size}",
    response_class=StreamingResponse,
    responses={
        **A_CUBE,
        **problems(InvalidInput, *ONE, UnfinishedLook, UnknownCube, MediaUnavailable),
    },
)
def cube(
    request: Request, look_id: str, size: Size, caller: Annotated[Caller, Depends(caregiver_of)]
) -> StreamingResponse:
    """The `.cube` file of a look, once it was exported. For caregivers and owners."""
    found = _service(request).finished(look_id, caller.household_id)
    headers = _as_file(f"look-{found.id[:12]}-{size}.cube")
    pieces = _service(request).cube(found, size)
    return StreamingResponse(pieces, media_type="text/plain", headers=headers)


@router.post(
    "/styles/{look_id}/share",
    openapi_extra=json_body(SHARING, {"days": 7}),
    responses=answers(SHARED, *OF_A_BODY, *ONE, UnfinishedLook),
)
async def share(request: Request, look_id: str, body: Body) -> LookShare:
    """An address that downloads a look as a zip, without a log-in, until it expires.

    It is shown now, and kept as a digest. For owners.
    """
    caller, wanted = owner_of(request), parse_model(SHARING, body)
    return await run_in_threadpool(make_share, request, caller, look_id, wanted.days)


@router.get(
    "/shared/styles/{token}",
    response_class=Response,
    responses={
        **A_ZIP,
        **problems(UnknownLookShare, UnknownFile, MediaUnavailable, DatabaseUnavailable),
    },
)
def download(request: Request, token: str) -> Response:
    """The look that a link shares, as a zip; no log-in is needed."""
    shared = _shares(request).find(token)
    sharer = Caller("link", person_id=shared.created_by, household_id=shared.look.household_id)
    _audit(request).note_rarely(sharer, Action.DOWNLOADED_LOOK, shared.look.id)  # by a stranger
    headers = _as_file(f"look-{shared.look.id[:12]}.zip")
    content = _service(request).zipped(shared.look)
    return Response(content, media_type="application/zip", headers=headers)


def make_share(request: Request, caller: Caller, look_id: str, days: int) -> LookShare:
    """A link in the caller's name; raises UnknownLook and UnfinishedLook."""
    found = _service(request).finished(look_id, caller.household_id)
    token, expires_at = _shares(request).share(found, days, caller.person_id)
    _audit(request).note(caller, Action.SHARED_LOOK, found.id)
    return LookShare(url=f"{own_address(request)}/shared/styles/{token}", expires_at=expires_at)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _service(request: Request) -> LookService:
    service: LookService = request.app.state.looks
    return service


def _shares(request: Request) -> LookShares:
    shares: LookShares = request.app.state.look_shares
    return shares


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit
