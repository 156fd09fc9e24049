"""/contacts: the ways to each person, and GET /push/key."""

from io import BytesIO
from typing import Annotated

import segno
from fastapi import APIRouter, Path, Request, Response
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.contacts.contact import Contact
from backend.contacts.errors import (
    ContactsUnavailable,
    KindUnavailable,
    NothingToSubscribe,
    NotTested,
    TooManyContacts,
    UnknownContact,
)
from backend.contacts.kinds.base import Form, Subscription
from backend.contacts.registry import FORM, KINDS
from backend.contacts.schemas import (
    Confirmation,
    PushKey,
    ShownContact,
    ShownKind,
    ShownSubscription,
    Trial,
)
from backend.contacts.service import ContactService
from backend.errors import Forbidden, InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, Responses, answers, json_body, problems
from backend.people.errors import UnknownPerson
from backend.people.person import Person

router = APIRouter(tags=["contacts"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
CONFIRMATION = TypeAdapter(Confirmation)
CONTACT = {
    "id": 3,
    "person_id": 1,
    "kind": "ntfy",
    "label": "Mina's phone",
    "rings": True,
    "standing": "confirmed",
    "created_at": 1_795_939_200.0,
    "tested_at": 1_795_939_260.0,
    "confirmed_at": 1_795_939_270.0,
    "failure": None,
    "warning": None,
}
KIND = {
    "kind": "ntfy",
    "title": {"ko": "ntfy 앱", "en": "ntfy app"},
    "help": {"ko": "…", "en": "Install the ntfy app on the phone, and scan the QR code."},
    "rings": True,
    "connect": None,
    "missing": None,
    "form": {
        "type": "object",
        "properties": {"server": {"label": {"ko": "…", "en": "ntfy server"}}},
    },
}
TOPIC = {
    "app": "ntfy://ntfy.sh/dolbom-7c1e?display=Mina",
    "web": "https://ntfy.sh/dolbom-7c1e",
}
PUSH_KEY = {
    "key": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
}
SVG: Responses = {200: {"content": {"image/svg+xml": {"example": "<svg …></svg>"}}}}


@router.get("/contacts/kinds", responses=answers([KIND]))
def kinds(request: Request) -> list[ShownKind]:
    """What kinds of contacts there are, and what each asks of a person."""
    means = service_of(request).means
    return [ShownKind.of(kind, means) for kind in KINDS.values()]


@router.get("/contacts", responses=answers([CONTACT]))
def contacts(request: Request) -> list[ShownContact]:
    """One's own contacts; an owner's answer has everybody's."""
    service, caller = service_of(request), request.state.caller
    failures, warnings = service.failures(), service.warnings()
    return [
        ShownContact.of(it, failures.get(it.channel), warnings.get(it.channel))
        for it in service.contacts()
        if may_manage(caller, it)
    ]


@router.post(
    "/contacts",
    openapi_extra=json_body(FORM, {"kind": "ntfy", "person_id": 1, "label": "Mina's phone"}),
    responses=answers(CONTACT, *OF_A_BODY, UnknownPerson, KindUnavailable, TooManyContacts),
)
async def add(request: Request, body: Body) -> ShownContact:
    """Add a contact for oneself; an owner may for others too."""
    return await run_in_threadpool(add_contact, request, parse_model(FORM, body))


@router.delete("/contacts/{contact_id}", responses=answers(CONTACT, InvalidInput, UnknownContact))
def remove(request: Request, contact_id: Number) -> ShownContact:
    """Notify nobody through this contact any more."""
    contact = managed(request, contact_id)
    service_of(request).remove(contact)
    note_change(request, contact)
    return ShownContact.of(contact)


@router.post(
    "/contacts/{contact_id}/test",
    responses=answers({"sent": True, "reason": None}, InvalidInput, UnknownContact),
)
def test(request: Request, contact_id: Number) -> Trial:
    """Send a marked test through this contact now, and say what its service answered."""
    trial = service_of(request).test(managed(request, contact_id))
    return Trial(sent=trial.sent, reason=trial.reason)


@router.post(
    "/contacts/{contact_id}/confirmation",
    openapi_extra=json_body(CONFIRMATION, {"arrived": True}),
    responses=answers(CONTACT, *OF_A_BODY, UnknownContact, NotTested),
)
async def confirm(request: Request, contact_id: Number, body: Body) -> ShownContact:
    """Say whether the test has arrived."""
    said = parse_model(CONFIRMATION, body)
    return await run_in_threadpool(say_arrived, request, contact_id, said)


@router.get(
    "/contacts/{contact_id}/subscription",
    responses=answers(TOPIC, InvalidInput, UnknownContact, NothingToSubscribe),
)
def subscription(request: Request, contact_id: Number, response: Response) -> ShownSubscription:
    """What a phone opens so that this contact reaches it. It is a secret."""
    response.headers["Cache-Control"] = "no-store"
    found = subscription_of(managed(request, contact_id))
    return ShownSubscription(app=found.app, web=found.web)


@router.get(
    "/contacts/{contact_id}/qr.svg",
    response_class=Response,
    responses={**SVG, **problems(InvalidInput, UnknownContact, NothingToSubscribe)},
)
def qr(request: Request, contact_id: Number) -> Response:
    """The app's address of the subscription as a QR code, for the phone's camera."""
    picture = BytesIO()
    code = segno.make(subscription_of(managed(request, contact_id)).app, error="m", micro=False)
    code.save(picture, kind="svg", scale=6, xmldecl=False, light="#fff")
    headers = {"Cache-Control": "no-store"}
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=headers)


@router.get("/push/key", responses=answers(PUSH_KEY, ContactsUnavailable))
def push_key(request: Request) -> PushKey:
    """The key with which a browser subscribes to web push."""
    try:
        return PushKey(key=service_of(request).means.vapid.public())
    except OSError as error:
        raise ContactsUnavailable(f"the key cannot be kept: {error.strerror or error}") from error


def service_of(request: Request) -> ContactService:
    """The contacts of the application."""
    service: ContactService = request.app.state.contacts
    return service


def person_of(request: Request, person_id: int | None) -> Person:
    """Whose contact it is to be: the caller's own, or of `person_id`.

    Raises InvalidInput, Forbidden, UnknownPerson.
    """
    caller: Caller = request.state.caller
    wanted = person_id or caller.person_id
    if wanted is None:
        raise InvalidInput("person_id: expected whose contact it is")
    if wanted != caller.person_id and caller.role is not Role.OWNER:
        raise Forbidden("only an owner changes the contacts of others")
    found = request.app.state.people.person(wanted, caller.household_id)
    if found is None or found.removed_at is not None:
        raise UnknownPerson(f"nobody has the id {wanted}")
    person: Person = found
    return person


def note_change(request: Request, contact: Contact) -> None:
    """Let everybody read who has changed whose contacts."""
    audit: AuditService = request.app.state.audit
    audit.note(request.state.caller, Action.CHANGED_CONTACTS, str(contact.person_id))


def add_contact(request: Request, form: Form) -> ShownContact:
    """Add one for the caller; raises Forbidden and what ContactService raises."""
    person = person_of(request, form.person_id)
    names_server = KINDS[form.kind].names_server(form)
    if names_server and request.state.caller.role is not Role.OWNER:
        raise Forbidden("only an owner says to which server this one talks")
    contact = service_of(request).add(form, person)
    note_change(request, contact)
    return ShownContact.of(contact)


def say_arrived(request: Request, number: int, said: Confirmation) -> ShownContact:
    """Keep what the caller says of a test; raises UnknownContact and NotTested."""
    contact = managed(request, number)
    return ShownContact.of(service_of(request).confirm(contact, arrived=said.arrived))


def managed(request: Request, number: int) -> Contact:
    """The contact, if the caller may change it; another's is as unknown as none."""
    contact = service_of(request).contact(number)
    if not may_manage(request.state.caller, contact):
        raise UnknownContact(f"no contact {number}")
    return contact


def may_manage(caller: Caller, contact: Contact) -> bool:
    """Whether it is the caller's own, or was added in the household of a caller who owns that."""
    is_owners = caller.role is Role.OWNER and caller.household_id == contact.household_id
    return is_owners or caller.person_id == contact.person_id


def subscription_of(contact: Contact) -> Subscription:
    """What a phone opens; raises NothingToSubscribe."""
    found = KINDS[contact.kind].subscription(contact)
    if found is None:
        raise NothingToSubscribe("expected a contact that a phone subscribes to, such as ntfy")
    return found
