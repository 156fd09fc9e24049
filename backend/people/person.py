"""A person of a household."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from backend.access.roles import Role
from contract.language import Language
from contract.names import Name

Stage = Annotated[int, Field(ge=1, le=3, strict=True)]
"""Who is notified first, who follows, and who is last."""
LocalTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""Such as 22:00."""

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256


class Person(BaseModel):
    """Somebody with an account, as what that person is in one household.

    Times are seconds since 1970 (UTC); quiet hours are of the household's time zone. Without a
    `stage` the person is not notified. One that was removed from there is still known by name. An
    operator makes and ends households.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    household_id: int
    login: str
    name: str
    role: Role
    language: Language
    stage: Stage | None = None
    quiet_from: LocalTime | None = None
    quiet_until: LocalTime | None = None
    is_operator: bool = False
    created_at: float
    removed_at: float | None = None

    @property
    def may_answer(self) -> bool:
        """Whether the person is one of the household, and does more than look."""
        return self.removed_at is None and self.role.includes(Role.CAREGIVER)


def as_login(text: object) -> object:
    """The name that somebody logs in by, in the one form that is kept."""
    return unicodedata.normalize("NFKC", text).strip().casefold() if isinstance(text, str) else text


def _composed(password: SecretStr) -> SecretStr:
    """Several keyboards write one Korean syllable in several ways; it is known in one."""
    return SecretStr(unicodedata.normalize("NFC", password.get_secret_value()))


def _of_some_length(password: SecretStr) -> SecretStr:
    if len(password.get_secret_value()) < SHORTEST_PASSWORD:
        raise ValueError(f"expected a password of {SHORTEST_PASSWORD} characters or more")
    return password


Login = Annotated[
    str, BeforeValidator(as_login), Field(min_length=2, max_length=64, pattern=r"^[\w.@+-]+$")
]
Password = Annotated[SecretStr, Field(max_length=LONGEST_PASSWORD), AfterValidator(_composed)]
"""One that is shown."""
NewPassword = Annotated[Password, AfterValidator(_of_some_length)]
"""One that is chosen."""
PersonName = Annotated[Name, Field(max_length=60)]
