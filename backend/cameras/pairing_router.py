"""POST /pairing."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from backend.access.package_key import PackageKey
from backend.cameras.errors import WrongCode
from backend.cameras.pairing import PairingService
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body

router = APIRouter(tags=["cameras"])

PAIRED = {
    "camera_id": "living room",
    "key": "the key of this camera, shown once",
    "package_key": "cHVibGlj" * 5 + "a2U=",
}


def _without_blanks(value: object) -> object:
    return value.replace(" ", "").replace("-", "") if isinstance(value, str) else value


class Code(BaseModel):
    """The six digits that an owner was shown; blanks and hyphens between them do not count."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, BeforeValidator(_without_blanks), Field(pattern=r"^[0-9]{6}$")]


class KeyShown(BaseModel):
    """The camera that the code was made for, and the key that opens its routes from now on.

    `package_key` is the public key by which the server signs what the box is to serve.
    """

    camera_id: str
    key: str
    package_key: str


CODE = TypeAdapter(Code)


@router.post(
    "/pairing",
    openapi_extra=json_body(CODE, {"code": "048213"}),
    responses=answers(PAIRED, *OF_A_BODY, WrongCode),
)
def pair(request: Request, body: Body) -> KeyShown:
    """Give a camera box a key of its own for a code; needs no key. `run-agent --pair` asks it."""
    code = parse_model(CODE, body).code
    service: PairingService = request.app.state.pairing
    address = request.client.host if request.client else ""
    paired = service.redeem(code, address)
    signs: PackageKey = request.app.state.package_key
    return KeyShown(
        camera_id=paired.camera_id, key=paired.key.get_secret_value(), package_key=signs.public()
    )
