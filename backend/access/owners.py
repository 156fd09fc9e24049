"""What is for owners alone."""

from starlette.requests import Request

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role


def owner_of(request: Request) -> Caller:
    """Who asks, if it is an owner, or shows the household's key; else raises Forbidden."""
    caller: Caller = request.state.caller
    check_role(caller, Role.OWNER)
    return caller
