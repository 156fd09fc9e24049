"""/people: who belongs to the household, and in which order they are notified."""

from collections import Counter
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.errors import ApiError
from backend.households.service import HouseholdService
from backend.http.bodies import Body
from backend.people.auth_router import choose_password, end_session
from backend.people.auth_router import sessions as own_sessions
from backend.people.errors import UnknownPerson
from backend.people.operators_router import set_operator
from backend.people.person import Person
from backend.people.router import PersonId, change, make_invitation, remove_person
from backend.people.schemas import InvitationMade, InvitationWanted, PasswordChange, PersonChanges
from backend.people.service import PeopleService
from backend.web.devices import device_name
from backend.web.forms import checked, fields_of
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of, see
from backend.web.qr import qr_code
from backend.web.roles import ROLES, STAGE_TITLES, STAGES

router = page_router()

DONE = {
    "changed": N_("Saved."),
    "password": N_("The password is changed, and all other devices are logged out."),
    "removed": N_("The person is removed."),
    "ended": N_("That device is logged out."),
}
EMPTY_IS_NONE = ("stage", "quiet_from", "quiet_until")


@router.get("/people")
def page(request: Request, done: str = "") -> Response:
    """The page."""
    return _page(request, done)


@router.post("/people/invitations")
def invite(request: Request, body: Body) -> Response:
    """Show an invitation, this once: only a digest of it is kept."""
    wanted = checked(InvitationWanted, fields_of(body))
    return _page(request, "", make_invitation(request, wanted))


@router.get("/people/{person_id}")
def person_page(request: Request, person_id: PersonId, done: str = "") -> Response:
    """The page of one person."""
    return _person_page(request, person_id, done)


@router.post("/people/{person_id}")
def change_person(request: Request, person_id: PersonId, body: Body) -> Response:
    """Change a person, as the form says."""
    fields = fields_of(body)
    try:
        change(request, person_id, _changes(fields))
    except ApiError as error:
        return _person_page(request, person_id, "", error)
    return see(f"/people/{person_id}?{urlencode({'done': 'changed'})}")


@router.post("/people/{person_id}/password")
async def change_password(request: Request, person_id: PersonId, body: Body) -> Response:
    """Change one's own password."""
    fields = fields_of(body)
    try:
        given = {name: fields.get(name, "") for name in PasswordChange.model_fields}
        await choose_password(request, checked(PasswordChange, given))
    except ApiError as error:
        return await run_in_threadpool(_person_page, request, person_id, "", error)
    return see(f"/people/{person_id}?done=password")


@router.post("/people/{person_id}/sessions/{session_id}/end")
def end(request: Request, person_id: PersonId, session_id: str) -> Response:
    """Log out one of one's own devices."""
    end_session(request, session_id)
    return see(f"/people/{person_id}?done=ended")


@router.post("/people/{person_id}/operator")
def make_operator(request: Request, person_id: PersonId, body: Body) -> Response:
    """Let somebody be an operator, or be one no more."""
    is_operator = fields_of(body).get("is_operator") == "true"
    try:
        set_operator(request, person_id, is_operator=is_operator)
    except ApiError as error:
        return _person_page(request, person_id, "", error)
    return see(f"/people/{person_id}?done=changed")


@router.post("/people/{person_id}/removal")
def remove(request: Request, person_id: PersonId) -> Response:
    """Let somebody belong to the household no more."""
    try:
        remove_person(request, person_id)
    except ApiError as error:
        return _person_page(request, person_id, "", error)
    return see("/people?done=removed")


def _page(request: Request, done: str, made: InvitationMade | None = None) -> Response:
    pages = pages_of(request)
    text = pages.texts(request).gettext
    people = _people(request).people(request.state.caller.household_id)
    stages = [
        (text(title), [person for person in people if person.stage == stage])
        for stage, title in STAGE_TITLES.items()
    ]
    return pages.render(
        request,
        "people.html",
        stages=stages,
        roles={role: text(words.name) for role, words in ROLES.items()},
        role_choices=[(role, text(words.name), text(words.does)) for role, words in ROLES.items()],
        ways=Counter(
            way.person_id for way in request.app.state.contacts.ways(it.id for it in people)
        ),
        sentence="",
        link=made.address if made else "",
        link_until=made.expires_at if made else 0.0,
        link_qr=qr_code(made.address) if made else "",
        said=text(DONE[done]) if done in DONE else "",
    )


def _person_page(
    request: Request, person_id: int, done: str, error: ApiError | None = None
) -> Response:
    caller: Caller = request.state.caller
    person, is_me = _present(request, person_id), caller.person_id == person_id
    sessions = own_sessions(request) if is_me else []
    pages = pages_of(request)
    text = pages.texts(request).gettext
    return pages.render(
        request,
        "person.html",
        int(error.status) if error else 200,
        person=person,
        is_me=is_me,
        may_name_operators=caller.is_operator and _are_several(request),
        may_change=is_me or caller.role is Role.OWNER,
        role_options=[(role, text(words.name)) for role, words in ROLES.items()],
        stage_options=[(stage or "", text(name)) for stage, name in STAGES.items()],
        sessions=sessions,
        devices={each.id: device_name(each.device) for each in sessions},
        current_session=caller.session_id,
        said=text(DONE[done]) if done in DONE else "",
        sentence=pages.sentence(request, error) if error else "",
    )


def _changes(fields: dict[str, str]) -> PersonChanges:
    """An empty field of those that may be empty means none."""
    values: dict[str, object] = dict(fields)
    values |= {name: fields[name] or None for name in EMPTY_IS_NONE if name in fields}
    if fields.get("stage", "").isdecimal():
        values["stage"] = int(fields["stage"])
    return checked(PersonChanges, values)


def _present(request: Request, person_id: int) -> Person:
    caller: Caller = request.state.caller
    person = _people(request).person(person_id, caller.household_id)
    if person is None or person.removed_at:
        raise UnknownPerson(f"no person {person_id} in this household")
    return person


def _people(request: Request) -> PeopleService:
    people: PeopleService = request.app.state.people
    return people


def _are_several(request: Request) -> bool:
    """Whether the server has more households than one: a family alone needs no operator."""
    households: HouseholdService = request.app.state.households
    return len(households.shown_to(request.state.caller)) > 1
