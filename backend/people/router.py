"""The household, its people, and invitations."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.asking import owner_of
from backend.access.keys import Caller
from backend.access.middleware import check_household, check_role
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.people.accounts import AccountService
from backend.people.auth_router import person_id_of
from backend.people.errors import (
    AlreadyMember,
    LastOperator,
    LastOwner,
    NotSetUp,
    UnknownPerson,
    WrongCode,
)
from backend.people.household import Household, HouseholdSettings
from backend.people.invitations import InvitationService
from backend.people.person import Person
from backend.people.schemas import Acceptance, Done, InvitationMade, InvitationWanted, PersonChanges
from backend.people.service import PeopleService
from backend.people.sessions import SessionService, as_caller

router = APIRouter(tags=["people"])

SETTINGS = TypeAdapter(HouseholdSettings)
CHANGES = TypeAdapter(PersonChanges)
INVITATION = TypeAdapter(InvitationWanted)
ACCEPTANCE = TypeAdapter(Acceptance)
PersonId = Annotated[int, Path(ge=1, le=2**31 - 1)]

HOUSEHOLD = {
    "name": "할머니 댁",
    "address": "서울시 종로구 1",
    "resident": "김영희, 84",
    "entry_code": "1234*",
    "language": "ko",
    "time_zone": "Asia/Seoul",
    "repeat_sec": 60.0,
    "second_after_sec": 180.0,
    "all_after_sec": 360.0,
    "ask_again_sec": 900.0,
    "unanswered_sec": 300.0,
    "accompanied_sec": 30.0,
    "self_test_weekday": 6,
    "self_test_hour": 15,
    "daily_word_hour": None,
    "kept_days": 180,
}
WITH_ID = HOUSEHOLD | {"id": 1, "created_at": 1_795_939_200.0}
PERSON = {
    "id": 2,
    "household_id": 1,
    "login": "junho",
    "name": "준호",
    "role": "caregiver",
    "language": "ko",
    "stage": 2,
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "is_operator": False,
    "created_at": 1_795_939_200.0,
    "removed_at": None,
}
MEMBER = PERSON | {"household_id": 2, "stage": 2}
OWNERS_ONLY = {"role", "stage"}


@router.get("/household", responses=answers(WITH_ID, NotSetUp))
def household(request: Request) -> Household:
    """The caller's household."""
    check_household(request.state.caller)
    found = _people(request).household(request.state.caller.household_id)
    if found is None:
        raise NotSetUp("the household is not set up yet")
    return found


@router.put(
    "/household",
    openapi_extra=json_body(SETTINGS, HOUSEHOLD),
    responses=answers(WITH_ID, *OF_A_BODY, NotSetUp),
)
async def set_household(request: Request, body: Body) -> Household:
    """Let these be all settings of the household. For owners.

    What is older than `kept_days` is erased in the coming night, between 3 and 6 of its time.
    `POST /erasures` says with `dry_run` what an erasure up to a day would take.
    """
    return await run_in_threadpool(change_household, request, parse_model(SETTINGS, body))


@router.get("/people", responses=answers([PERSON]))
def people(request: Request) -> list[Person]:
    """Who belongs to the household, in the order of their coming."""
    check_household(request.state.caller)
    return _people(request).people(request.state.caller.household_id)


@router.post(
    "/people/invitations",
    openapi_extra=json_body(INVITATION, {"role": "caregiver"}),
    responses=answers(
        {"address": "http://192.168.0.5:8000/invitation/b6Yk…", "expires_at": 1_796_112_000.0},
        *OF_A_BODY,
        NotSetUp,
    ),
)
async def invite(request: Request, body: Body) -> InvitationMade:
    """An address that lets one person register, once and within 48 hours. For owners.

    It is shown now, and kept as a digest.
    """
    return await run_in_threadpool(make_invitation, request, parse_model(INVITATION, body))


@router.post(
    "/people/invitations/accept",
    openapi_extra=json_body(ACCEPTANCE, {"invitation": "b6Yk…"}),
    responses=answers(MEMBER, *OF_A_BODY, WrongCode, AlreadyMember),
)
async def accept_invitation(request: Request, body: Body) -> Person:
    """Belong to one household more, by an invitation that was not used.

    For a person who is logged in; the session looks at that household from now on.
    """
    return await run_in_threadpool(accept, request, parse_model(ACCEPTANCE, body).invitation)


@router.put(
    "/people/{person_id}",
    openapi_extra=json_body(
        CHANGES, {"name": "준호", "quiet_from": "22:00", "quiet_until": "07:00"}
    ),
    responses=answers(PERSON, *OF_A_BODY, UnknownPerson, LastOwner),
)
async def change_person(request: Request, person_id: PersonId, body: Body) -> Person:
    """Change what is named: by an owner, or one's own but for role and stage."""
    return await run_in_threadpool(change, request, person_id, parse_model(CHANGES, body))


@router.delete(
    "/people/{person_id}",
    responses=answers({"success": True}, UnknownPerson, LastOwner, LastOperator),
)
def remove_person(request: Request, person_id: PersonId) -> Done:
    """Let somebody belong to the household no more; who looks at it is logged out. For owners.

    The account ends with the last household of the person.
    """
    caller = owner_of(request)
    _people(request).remove(person_id, caller.household_id)
    sessions: SessionService = request.app.state.sessions
    sessions.end_in(caller.household_id, person_id)
    _audit(request).note(caller, Action.REMOVED_PERSON, str(person_id))
    return Done()


def change_household(request: Request, settings: HouseholdSettings) -> Household:
    """Let these be its settings, for the caller; raises Forbidden and NotSetUp."""
    caller = owner_of(request)
    changed = _people(request).set_household(settings, caller.household_id)
    _audit(request).note(caller, Action.CHANGED_HOUSEHOLD)
    return changed


def make_invitation(request: Request, wanted: InvitationWanted) -> InvitationMade:
    """An invitation in the caller's name; raises Forbidden."""
    caller = owner_of(request)
    service: InvitationService = request.app.state.invitations
    code, expires_at = service.invite(caller, wanted.role)
    _audit(request).note(caller, Action.INVITED, wanted.role)
    address = f"{own_address(request)}/invitation/{code}"
    return InvitationMade(address=address, expires_at=expires_at)


def accept(request: Request, code: str) -> Person:
    """Let whoever asks belong to the household of the invitation too, and look at it.

    Raises Forbidden, WrongCode and AlreadyMember.
    """
    caller: Caller = request.state.caller
    accounts: AccountService = request.app.state.accounts
    joined = accounts.accept(code, person_id_of(caller))
    sessions: SessionService = request.app.state.sessions
    if caller.session_id is not None:
        sessions.look_at(caller.session_id, joined.id, joined.household_id)
    _audit(request).note(as_caller(joined, caller.session_id), Action.JOINED)
    return joined


def change(request: Request, person_id: int, changes: PersonChanges) -> Person:
    """Change a person for the caller; raises Forbidden and what PeopleService raises."""
    caller: Caller = request.state.caller
    if caller.person_id != person_id or changes.model_fields_set & OWNERS_ONLY:
        check_role(caller, Role.OWNER)
    changed = _people(request).change(person_id, changes, caller.household_id)
    _audit(request).note(caller, Action.CHANGED_PERSON, str(person_id))
    return changed


def own_address(request: Request) -> str:
    """PUBLIC_URL, or what the server was asked by."""
    public_url: str | None = request.app.state.public_url
    return public_url or f"{request.url.scheme}://{request.url.netloc}"


def _people(request: Request) -> PeopleService:
    service: PeopleService = request.app.state.people
    return service


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit
