"""Opens what is known of the people, and the ways to them."""

import time
from collections.abc import Callable

from starlette.datastructures import State

from backend.alerts.channels.kakao.app import KakaoApp
from backend.audit.service import AuditService
from backend.bus import Bus
from backend.config import BackendSettings
from backend.contacts.kakao_logins import KakaoLogins
from backend.contacts.kinds.base import Means
from backend.contacts.push.vapid import VapidKey
from backend.contacts.service import ContactService
from backend.escalation.known_people import KnownPeople
from backend.escalation.links import AnswerLinks
from backend.escalation.roster import HouseholdRecipients, Residents, Ways
from backend.people.accounts import AccountService
from backend.people.attempts import Attempts
from backend.people.invitations import InvitationService
from backend.people.operators import OperatorService
from backend.people.passwords import Passwords
from backend.people.secret import signing_secret
from backend.people.service import PeopleService
from backend.people.sessions import SessionService
from backend.people.setup_code import SetupCode
from backend.people.signer import Signer


def open_people(state: State, settings: BackendSettings, bus: Bus) -> None:
    """Who belongs to the household, and who of them is logged in."""
    database = state.database
    state.public_url = str(settings.public_url).rstrip("/") if settings.public_url else None
    state.signer = Signer(signing_secret(settings.jwt_secret_key, settings.data_dir))
    state.setup_code, state.audit = SetupCode(), AuditService(database)
    state.people = PeopleService(database, bus, fixed_zone=settings.time_zone)
    state.operators = OperatorService(database, bus)
    state.invitations = InvitationService(database)
    state.accounts = AccountService(database, bus, state.invitations, Passwords(), Attempts())
    state.sessions = SessionService(database, state.signer, bus)


def open_recipients(state: State) -> None:
    """Whom alerts go to; the contacts and the alerts are opened after it."""
    state.answer_links = AnswerLinks(state.signer, state.public_url)
    state.known_people = KnownPeople(state.people, lambda: state.contacts)
    state.recipients = _recipients(state, state.people, lambda: state.contacts)
    state.known_recipients = _recipients(state, state.known_people, lambda: state.known_people)


def _recipients(state: State, people: Residents, ways: Callable[[], Ways]) -> HouseholdRecipients:
    return HouseholdRecipients(
        people, state.answer_links, ways, lambda: state.alerts.channels, time.time
    )


def open_contacts(state: State, settings: BackendSettings, bus: Bus) -> None:
    """How each person is reached."""
    vapid = VapidKey(settings.data_dir)
    means = Means(
        settings, settings, KakaoApp.of(settings), state.public_url, vapid, time.time, bus
    )
    state.contacts = ContactService(state.database, state.people, state.alerts, means)
    state.kakao_logins = KakaoLogins(time.time)
