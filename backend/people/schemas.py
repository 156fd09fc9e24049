"""What the routes of people and their sessions take and answer."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from backend.access.roles import Role
from backend.people.household import HouseholdSettings
from backend.people.person import LocalTime, Login, NewPassword, Password, PersonName, Stage
from backend.people.session_store import Session
from contract.language import Language

Code = Annotated[str, Field(min_length=1, max_length=128)]
HouseholdId = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Token = Annotated[str, Field(min_length=1, max_length=2048)]


class _Taken(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Credentials(_Taken):
    """How somebody logs in."""

    login: Login
    password: Password


class NewAccount(_Taken):
    """What somebody chooses who is new."""

    login: Login
    name: PersonName
    password: NewPassword
    language: Language = "ko"


class Registration(NewAccount):
    """With the code of an invitation."""

    invitation: Code


class Acceptance(_Taken):
    """The code of an invitation, of somebody who has an account."""

    invitation: Code


class HouseholdChoice(_Taken):
    """Which of a person's households is looked at."""

    household_id: HouseholdId


class SetUp(NewAccount):
    """The first owner, and the household. `code` is not needed with the API_KEY."""

    code: Code | None = None
    household: HouseholdSettings


class RefreshToken(_Taken):
    """Where no cookie has it."""

    refresh_token: Token | None = None


class PasswordChange(_Taken):
    """`old` shows that it is not somebody who has found the device."""

    old: Password
    new: NewPassword


class PersonChanges(_Taken):
    """What is left out stays as it is, whatever stands for it here. None says that there is none:
    without a `stage` the person is not notified."""

    name: PersonName = ""
    language: Language = "ko"
    stage: Stage | None = None
    quiet_from: LocalTime | None = None
    quiet_until: LocalTime | None = None
    role: Role = Role.VIEWER

    @field_validator("name", "language", "role")
    @classmethod
    def _never_none(cls, value: object) -> object:
        if value is None:
            raise ValueError("expected a value, or nothing at all")
        return value


class InvitationWanted(_Taken):
    """As what somebody is invited."""

    role: Role


class InvitationMade(BaseModel):
    """An address that lets one person register, once and until `expires_at`."""

    address: str
    expires_at: float


class LoggedIn(BaseModel):
    """Tokens for programs; a browser has them as cookies, and is not shown those it refreshed."""

    session_id: str
    expires_in: int
    """Seconds until the access token is good no more."""
    token_type: str = "Bearer"  # noqa: S105
    access_token: str | None = None
    refresh_token: str | None = None


class OperatorShown(BaseModel):
    """Somebody who makes and ends households."""

    person_id: int
    name: str
    login: str


class MembershipShown(BaseModel):
    """A household that a person belongs to, and as what."""

    household_id: int
    name: str
    role: Role


class Me(BaseModel):
    """Who asks. A household's key is nobody's, and may do what an owner may.

    `household_id` is the one that the session looks at, `households` all that the person is in.
    """

    household_id: int
    role: Role
    person_id: int | None = None
    login: str | None = None
    name: str | None = None
    language: Language | None = None
    session_id: str | None = None
    is_operator: bool = False
    households: tuple[MembershipShown, ...] = ()


class SessionShown(Session):
    """`is_current` is the one that asks."""

    is_current: bool


class Done(BaseModel):
    """It is done."""

    success: bool = True
