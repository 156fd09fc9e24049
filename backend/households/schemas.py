"""What the routes of households take and answer. Times are seconds since 1970 (UTC)."""

from pydantic import BaseModel, ConfigDict, Field

from backend.access.roles import Role
from backend.people.household import HouseholdSettings
from backend.people.person import PersonName
from contract.names import Name


class NewHousehold(HouseholdSettings):
    """A household that is to be made, with what may be set of it.

    Without `owner_id`, who is a person of this server, its first owner comes by an address.
    """

    owner_id: int | None = Field(default=None, ge=1, le=2**31 - 1, strict=True)


class HouseholdMade(BaseModel):
    """A new household. `setup_address` is for its first owner, once and until `expires_at`."""

    household_id: int
    setup_address: str | None = None
    expires_at: float | None = None


class HouseholdShown(BaseModel):
    """One household; `role` is what who asks is there, if anything."""

    household_id: int
    name: str
    role: Role | None
    people: int
    cameras: int
    created_at: float


class HouseholdToEnd(BaseModel):
    """Its name shows that the right one is meant."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class KeyWanted(BaseModel):
    """What the key is for, in the words of who makes it."""

    model_config = ConfigDict(extra="forbid")

    name: PersonName


class KeyListed(BaseModel):
    """A key as it is listed; without `created_by` a key has made it."""

    key_id: int
    name: str
    created_by: int | None
    created_at: float


class KeyMade(KeyListed):
    """A new key, which is shown now and never again."""

    key: str
