"""People's channels as the pages show them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.alerts.service import AlertService
from backend.contacts.contact import Contact, Standing
from backend.contacts.kakao_router import redirect_uri_of
from backend.contacts.kinds.base import Kind, Means
from backend.contacts.registry import KINDS
from backend.contacts.router import service_of
from backend.contacts.schemas import ShownKind
from backend.contacts.service import ContactService
from backend.people.person import Person
from backend.people.router import own_address
from backend.people.service import PeopleService
from backend.web.page_route import pages_of
from backend.web.qr import qr_code
from backend.web.states import CONTACTS
from contract.language import Language

FIRST = ("ntfy", "web_push", "kakao", "pushover", "telegram", "email", "apprise")
"""The easiest that ring come first; others follow."""


@dataclass(frozen=True)
class FieldView:
    """One field of a form."""

    name: str
    label: str
    secret: bool
    required: bool


@dataclass(frozen=True)
class KindView:
    """One kind in one language; `address` is where it is added."""

    name: str
    title: str
    help: str
    rings: bool
    address: str
    missing: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class ContactView:
    """One way to a person; `qr` and `subscription` are shown to that person until it works."""

    number: int
    title: str
    label: str
    rings: bool
    standing: Standing
    failure: str
    warning: str
    qr: Markup | None
    subscription: str


def channels_path(*, in_setup: bool) -> str:
    """The page that shows them."""
    return "/setup/channels" if in_setup else "/channels"


def channels_values(request: Request, *, in_setup: bool) -> dict[str, Any]:
    """What parts/channels.html shows of contacts and kinds."""
    service, language = service_of(request), pages_of(request).view(request).language
    kinds = [
        kind_view(kind, service.means, language, in_setup=in_setup)
        for kind in sorted(KINDS.values(), key=_place)
    ]
    alerts: AlertService = request.app.state.alerts
    of_people = {contact.channel for contact in service.contacts()}
    return {
        "by_person": list(_by_person(request, language)),
        "kinds": kinds,
        "own": [name for name in alerts.channels if name not in of_people],
        "standings": CONTACTS,
        "in_setup": in_setup,
        "push_key": service.means.vapid.public(),
        "kakao_app": service.means.kakao_app.source,
        "kakao_redirect_uri": redirect_uri_of(request),
        "kakao_domain": own_address(request),
    }


def kind_view(
    kind: Kind[Any], means: Means, language: Language, *, in_setup: bool = False
) -> KindView:
    """`kind` in one language."""
    shown = ShownKind.of(kind, means)
    fields = tuple(
        FieldView(
            name,
            described["label"][language],
            described["secret"],
            name in shown.form["required"],
        )
        for name, described in shown.form["properties"].items()
    )
    address = f"/channels/new/{kind.name}" + ("?in_setup=1" if in_setup else "")
    if kind.connect:
        address = f"{kind.connect}?{urlencode({'then': channels_path(in_setup=in_setup)})}"
    missing = shown.missing[language] if shown.missing else ""
    return KindView(
        kind.name, shown.title[language], shown.help[language], kind.rings, address, missing, fields
    )


def name_of(contact: Contact, language: Language) -> str:
    """What its person calls it, or else its kind."""
    title = KINDS[contact.kind].title
    return getattr(title, language) if contact.label in (title.ko, title.en) else contact.label


def _place(kind: Kind[Any]) -> int:
    return FIRST.index(kind.name) if kind.name in FIRST else len(FIRST)


def _by_person(request: Request, language: Language) -> Iterator[tuple[Person, list[ContactView]]]:
    """The caller's own first; an owner sees everybody's."""
    caller: Caller = request.state.caller
    people: PeopleService = request.app.state.people
    present = people.people(caller.household_id)
    service = service_of(request)
    for person in sorted(present, key=lambda person: person.id != caller.person_id):
        is_me = person.id == caller.person_id
        if is_me or caller.role is Role.OWNER:
            contacts = [it for it in service.contacts() if it.person_id == person.id]
            yield person, [_contact(it, service, language, is_me=is_me) for it in contacts]


def _contact(
    contact: Contact, service: ContactService, language: Language, *, is_me: bool
) -> ContactView:
    kind = KINDS[contact.kind]
    shown = is_me and contact.standing is not Standing.CONFIRMED
    found = kind.subscription(contact) if shown else None
    return ContactView(
        number=contact.number,
        title=getattr(kind.title, language),
        label="" if contact.label in (kind.title.ko, kind.title.en) else contact.label,
        rings=kind.rings,
        standing=contact.standing,
        failure=service.failures().get(contact.channel, ""),
        warning=service.warnings().get(contact.channel, ""),
        qr=qr_code(found.app) if found else None,
        subscription=found.web if found else "",
    )
