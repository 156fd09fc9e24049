"""GET /health and POST /echo."""

from codecs import BOM_UTF8

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from backend.body import Body, json_body, parse_json
from backend.health.service import Health, HealthService

router = APIRouter(tags=["health"])

ANYTHING: TypeAdapter[object] = TypeAdapter(object)


@router.get("/health")
def health(request: Request) -> Health:
    """Whether all is well; answers 200 also when it is not, since the server itself does run."""
    service: HealthService = request.app.state.health
    return service.check()


@router.post("/echo", openapi_extra=json_body(ANYTHING))
async def echo(request: Request, body: Body) -> Response:
    """The JSON body back, to try the way here and back."""
    parse_json(body)
    body = body.removeprefix(BOM_UTF8)  # JSON.parse refuses it
    return Response(body, media_type=request.headers.get("content-type", "application/json"))
