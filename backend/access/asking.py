"""What is for owners, or for caregivers too."""

from starlette.requests import Request

from backend.access.keys import HOUSEHOLD, Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.errors import Forbidden


def owner_of(request: Request) -> Caller:
    """Who asks, if it is an owner, or shows the household's key; else raises Forbidden."""
    return _asking(request, Role.OWNER)


def caregiver_of(request: Request) -> Caller:
    """Who asks, if it is a caregiver, or may more; else raises Forbidden."""
    return _asking(request, Role.CAREGIVER)


def operator_of(request: Request) -> Caller:
    """Who asks, if it is an operator; else raises Forbidden."""
    caller: Caller = request.state.caller
    if not caller.is_operator:
        raise Forbidden("expected an operator of the server, or the API_KEY")
    return caller


def check_first_household(caller: Caller) -> None:
    """Raise Forbidden unless it is of the household that the server was set up for.

    What is the server's as a whole is that one's.
    """
    if caller.household_id != HOUSEHOLD.household_id:
        raise Forbidden("expected the household that the server was set up for")


def _asking(request: Request, role: Role) -> Caller:
    caller: Caller = request.state.caller
    check_role(caller, role)
    return caller
