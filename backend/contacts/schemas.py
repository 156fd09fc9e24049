"""What the routes of the contacts take and answer. Nothing of it is a secret."""

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, StrictBool

from backend.contacts.contact import Contact, Standing
from backend.contacts.kinds.base import Form, Kind, Means
from backend.contacts.registry import KINDS

OF_EVERY_KIND = Form.model_fields.keys()


class ShownContact(BaseModel):
    """One contact. Times are seconds since 1970 (UTC).

    `failure` says in one line what is wrong, `warning` what will stop it before long.
    """

    id: int
    person_id: int
    kind: str
    label: str
    rings: bool
    standing: Standing
    created_at: float
    tested_at: float | None
    confirmed_at: float | None
    failure: str | None
    warning: str | None

    @classmethod
    def of(
        cls, contact: Contact, failure: str | None = None, warning: str | None = None
    ) -> "ShownContact":
        """What is shown of `contact`."""
        return cls(
            id=contact.number,
            person_id=contact.person_id,
            kind=contact.kind,
            label=contact.label,
            rings=contact.kind in KINDS and KINDS[contact.kind].rings,
            standing=contact.standing,
            created_at=contact.created_at,
            tested_at=contact.tested_at,
            confirmed_at=contact.confirmed_at,
            failure=failure,
            warning=warning,
        )


class ShownKind(BaseModel):
    """What a person can add. `form` is the JSON schema of what is asked, each field with a `label`
    in both languages. With `connect` a browser goes there instead. `missing` says what has to be
    set before.
    """

    kind: str
    title: dict[str, str]
    help: dict[str, str]
    rings: bool
    connect: str | None
    missing: dict[str, str] | None
    form: dict[str, Any]

    @classmethod
    def of(cls, kind: Kind[Any], means: Means) -> "ShownKind":
        """What is shown of `kind`."""
        missing = kind.missing(means)
        return cls(
            kind=kind.name,
            title=asdict(kind.title),
            help=asdict(kind.help),
            rings=kind.rings,
            connect=kind.connect,
            missing=asdict(missing) if missing else None,
            form=_own_fields(kind.form),
        )


class Trial(BaseModel):
    """Whether the contact's service took the test; `reason` says in one line why not."""

    sent: bool
    reason: str | None


class Confirmation(BaseModel):
    """Whether the test has arrived, as its person says."""

    model_config = {"extra": "forbid"}

    arrived: StrictBool


class ShownSubscription(BaseModel):
    """What a phone opens so that the contact reaches it: in the app, or in a browser."""

    app: str
    web: str


class PushKey(BaseModel):
    """What a browser subscribes to web push with, in base64url."""

    key: str


def _own_fields(form: type[Form]) -> dict[str, Any]:
    """The schema of what this kind asks beside what every kind does."""
    schema = form.model_json_schema()
    fields = schema["properties"]
    schema["properties"] = {name: it for name, it in fields.items() if name not in OF_EVERY_KIND}
    schema["required"] = [it for it in schema["required"] if it not in OF_EVERY_KIND]
    return schema
