"""GET /health and POST /echo."""

from codecs import BOM_UTF8

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from backend.access.keys import FIRST_HOUSEHOLD, STRANGER, Caller
from backend.health.service import Health, HealthService
from backend.http.bodies import Body, parse_json
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.part import Overall

router = APIRouter(tags=["health"])

ANYTHING: TypeAdapter[object] = TypeAdapter(object)


@router.get("/health", responses=answers({"status": "ok"}))
def health(request: Request) -> Health | Overall:
    """Whether all is well; answers 200 also when it is not, since the server itself does run.

    Only a household sees its parts, which name rooms and what happened there, and only the first
    one sees those of the server.
    """
    service: HealthService = request.app.state.health
    caller: Caller = request.state.caller
    found = service.check(FIRST_HOUSEHOLD if caller is STRANGER else caller.household_id)
    return found if caller.role else Overall(status=found.status)


@router.post(
    "/echo",
    openapi_extra=json_body(ANYTHING, {"hello": "world"}),
    responses=answers({"hello": "world"}, *OF_A_BODY),
)
async def echo(request: Request, body: Body) -> Response:
    """The JSON body back, to try the way here and back."""
    parse_json(body)
    body = body.removeprefix(BOM_UTF8)  # JSON.parse refuses it
    return Response(body, media_type=request.headers.get("content-type", "application/json"))
