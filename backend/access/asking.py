"""What is for owners, or for caregivers too."""

from starlette.requests import Request

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role


def owner_of(request: Request) -> Caller:
    """Who asks, if it is an owner, or shows the household's key; else raises Forbidden."""
    return _asking(request, Role.OWNER)


def caregiver_of(request: Request) -> Caller:
    """Who asks, if it is a caregiver, or may more; else raises Forbidden."""
    return _asking(request, Role.CAREGIVER)


def _asking(request: Request, role: Role) -> Caller:
    caller: Caller = request.state.caller
    check_role(caller, role)
    return caller
