"""What camera boxes fetch signed: who may ask for it, and how it is answered."""

from fastapi import Request, Response

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.http.openapi import FILE, Responses
from contract.deployments import SignedPackage

UNCHANGED: Responses = {304: {"description": "What `If-None-Match` names is still to serve."}}
CONTENT = {"content": {"application/octet-stream": {"schema": FILE, "example": "its bytes"}}}


def camera_box_of(request: Request) -> Caller:
    """Who asks: a camera box, or who may do all; raises Forbidden."""
    caller: Caller = request.state.caller
    if caller.camera_id is None:
        check_role(caller, Role.OWNER)
    return caller


def package_answer(request: Request, signed: SignedPackage) -> Response:
    """The package, or that it is the one that whoever asks has."""
    etag = f'"{signed.package.sequence}-{signed.key[:8]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    return Response(signed.model_dump_json(), media_type="application/json", headers=headers)
