"""GET and POST /households, DELETE /households/{household_id}, and the keys of each."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import TypeAdapter

from backend.access.asking import operator_of
from backend.access.keys import Caller
from backend.access.middleware import check_household
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.errors import Forbidden
from backend.households.errors import (
    FirstHousehold,
    OtherName,
    TooManyKeys,
    UnknownKey,
)
from backend.households.keys import HouseholdKeys
from backend.households.schemas import (
    HouseholdMade,
    HouseholdShown,
    HouseholdToEnd,
    KeyListed,
    KeyMade,
    KeyWanted,
    NewHousehold,
)
from backend.households.service import HouseholdService
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.people.errors import LastOperator, UnknownHousehold, UnknownPerson
from backend.people.household import HouseholdSettings
from backend.people.router import own_address
from backend.people.schemas import Done

router = APIRouter(prefix="/households", tags=["households"])

NEW, TO_END, KEY = TypeAdapter(NewHousehold), TypeAdapter(HouseholdToEnd), TypeAdapter(KeyWanted)
HouseholdId = Annotated[int, Path(ge=1, le=2**31 - 1)]
KeyId = Annotated[int, Path(ge=1, le=2**31 - 1)]

WANTED = {"name": "301호", "resident": "박순자, 86", "time_zone": "Asia/Seoul"}
MADE = {
    "household_id": 2,
    "setup_address": "http://192.168.0.5:8000/invitation/b6Yk…",
    "expires_at": 1_796_112_000.0,
}
SHOWN = {
    "household_id": 2,
    "name": "301호",
    "role": "owner",
    "people": 3,
    "cameras": 1,
    "created_at": 1_795_939_200.0,
}
LISTED = {"key_id": 1, "name": "복도 센서", "created_by": 1, "created_at": 1_795_939_200.0}


@router.get("", responses=answers([SHOWN]))
def households(request: Request) -> list[HouseholdShown]:
    """All households of the server to an operator; to others those that they belong to."""
    check_household(request.state.caller)
    return _service(request).shown_to(request.state.caller)


@router.post(
    "",
    openapi_extra=json_body(NEW, WANTED),
    responses=answers(MADE, *OF_A_BODY, UnknownPerson),
)
def make(request: Request, body: Body) -> HouseholdMade:
    """Make a household. For operators: the API_KEY, or a person who is one.

    Its first owner is `owner_id`, or whoever opens `setup_address`, which is shown now, is good
    once and for 48 hours, and lets that person set up the rest.
    """
    caller, wanted = operator_of(request), parse_model(NEW, body)
    settings = HouseholdSettings(**wanted.model_dump(exclude={"owner_id"}))
    made = _made(request, caller, settings, wanted.owner_id)
    _audit(request).note(caller, Action.MADE_HOUSEHOLD, str(made.household_id))
    return made


def _made(
    request: Request, caller: Caller, settings: HouseholdSettings, owner_id: int | None
) -> HouseholdMade:
    service = _service(request)
    household_id = service.make(settings, owner_id)
    if owner_id is not None:
        return HouseholdMade(household_id=household_id)
    code, expires_at = service.invite_owner(caller, household_id)
    address = f"{own_address(request)}/invitation/{code}"
    return HouseholdMade(household_id=household_id, setup_address=address, expires_at=expires_at)


@router.delete(
    "/{household_id}",
    openapi_extra=json_body(TO_END, {"name": "301호"}),
    responses=answers(
        {"success": True}, *OF_A_BODY, UnknownHousehold, FirstHousehold, OtherName, LastOperator
    ),
)
def end(request: Request, household_id: HouseholdId, body: Body) -> Done:
    """End a household: its people leave, its keys are refused, its record is erased. For operators.

    `name` is its name, so that no other one is ended by mistake. An operator has to be left: where
    all belong to this household alone, it stays.
    """
    caller = operator_of(request)
    _service(request).end(caller, household_id, parse_model(TO_END, body).name)
    _audit(request).note(caller, Action.ENDED_HOUSEHOLD, str(household_id))
    return Done()


@router.get("/{household_id}/keys", responses=answers([LISTED]))
def keys(request: Request, household_id: HouseholdId) -> list[KeyListed]:
    """The keys of a household that are good. For its owners and for operators."""
    keeper_of(request, household_id)
    return _keys(request).all(household_id)


@router.post(
    "/{household_id}/keys",
    openapi_extra=json_body(KEY, {"name": "복도 센서"}),
    responses=answers(LISTED | {"key": "pJ1s…"}, *OF_A_BODY, UnknownHousehold, TooManyKeys),
)
def make_key(request: Request, household_id: HouseholdId, body: Body) -> KeyMade:
    """Make a key that opens all of a household, and is shown once.

    For its owners and for operators.
    """
    caller = keeper_of(request, household_id)
    made = _keys(request).make(caller, household_id, parse_model(KEY, body).name)
    _audit(request).note(caller, Action.MADE_KEY, made.name)
    return made


@router.delete("/{household_id}/keys/{key_id}", responses=answers({"success": True}, UnknownKey))
def end_key(request: Request, household_id: HouseholdId, key_id: KeyId) -> Done:
    """Let a key be good no more. For the household's owners and for operators."""
    caller = keeper_of(request, household_id)
    _keys(request).end(household_id, key_id)
    _audit(request).note(caller, Action.ENDED_KEY, str(key_id))
    return Done()


def keeper_of(request: Request, household_id: int) -> Caller:
    """Who asks, if it may hand out keys of this household; else raises Forbidden."""
    caller: Caller = request.state.caller
    is_owner = caller.role is Role.OWNER and caller.household_id == household_id
    if not (is_owner or caller.is_operator):
        raise Forbidden("expected an owner of this household, or an operator of the server")
    return caller


def _service(request: Request) -> HouseholdService:
    service: HouseholdService = request.app.state.households
    return service


def _keys(request: Request) -> HouseholdKeys:
    keys: HouseholdKeys = request.app.state.household_keys
    return keys


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit
