"""The seam between the contacts and each kind of them."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from backend.alerts.channels.apprise.channel import AppriseChannel
from backend.alerts.channels.apprise.service_address import open_address
from backend.alerts.channels.base import Channel
from backend.alerts.channels.kakao.app import KakaoApp
from backend.alerts.channels.kakao.settings import Settings as KakaoSettings
from backend.bus import Bus
from backend.contacts.contact import Contact
from backend.contacts.push.vapid import VapidKey
from backend.contacts.settings import ContactSettings
from contract.names import Name

ContactId = Annotated[int, Field(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class Words:
    """The same in each language."""

    ko: str
    en: str


def asked(ko: str, en: str, *, secret: bool = False, **field: Any) -> Any:
    """A field of a form, by the words that a person reads beside it."""
    extra: dict[str, Any] = {"label": {"ko": ko, "en": en}, "secret": secret}
    return Field(json_schema_extra=extra, **field)


def of_form(pattern: str, example: str) -> Callable[[SecretStr], SecretStr]:
    """Checks a secret without repeating it."""

    def check(secret: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, secret.get_secret_value(), re.ASCII):
            raise ValueError(f"expected such as {example}")
        return secret

    return check


class Form(BaseModel):
    """What is asked of every kind. Without a `person_id` it is for whoever sends it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    person_id: ContactId | None = None
    label: Annotated[Name, Field(max_length=60)] | None = None


F = TypeVar("F", bound=Form)


@dataclass(frozen=True)
class Means:
    """What the kinds need of the server. `clock` is seconds since 1970, of the machine."""

    contacts: ContactSettings
    kakao: KakaoSettings
    kakao_app: KakaoApp
    public_url: str | None
    vapid: VapidKey
    clock: Callable[[], float]
    bus: Bus


@dataclass(frozen=True)
class Subscription:
    """What a phone has to open so that the contact reaches it: in the app, or in a browser."""

    app: str
    web: str


class Kind(ABC, Generic[F]):
    """One kind of contact. `title` is its name, `help` what a person has to do for it.

    One that `rings` wakes people. One that `moves` belongs to whoever had it last. With `connect`
    a browser goes there, and no form is sent.
    """

    name: str
    title: Words
    help: Words
    form: type[F]
    rings = True
    moves = False
    connect: str | None = None

    def missing(self, means: Means) -> Words | None:  # noqa: ARG002
        """What has to be set before there can be a contact of this kind."""
        return None

    @abstractmethod
    def address(self, form: F, means: Means) -> str:
        """What is kept of a form; raises ValueError, without a secret, where it is wrong."""

    def label(self, form: F) -> str:  # noqa: ARG002
        """What the contact is called where the person has said nothing; no secret."""
        return self.title.en

    def names_server(self, form: F) -> bool:  # noqa: ARG002
        """Whether the form says to which server this one is to talk, which is for owners."""
        return False

    def identity(self, address: str) -> str:
        """What two addresses of the same way have in common."""
        return address

    @abstractmethod
    def open(self, contact: Contact, means: Means) -> Channel:
        """The channel of a contact; raises ValueError, without a secret, where there is none."""

    def subscription(self, contact: Contact) -> Subscription | None:  # noqa: ARG002
        """What a phone has to open; None where nothing has to be."""
        return None

    def forget(self, contact: Contact, means: Means) -> None:
        """Remove what lies outside of the database; raises OSError."""


class AppriseKind(Kind[F]):
    """A kind whose address is one of Apprise's."""

    def open(self, contact: Contact, means: Means) -> Channel:  # noqa: ARG002
        """The channel of its address."""
        return AppriseChannel(contact.channel, open_address(contact.address))


def check_address(address: str) -> str:
    """An address that Apprise takes; raises ValueError, without a word of it."""
    open_address(SecretStr(address))
    return address
