"""The roles and the order of being notified, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.access.roles import Role
from backend.web.marks import N_


@dataclass(frozen=True)
class RoleWords:
    """What somebody of a role is called, and what such a person does."""

    name: str
    does: str


ROLES: Mapping[Role, RoleWords] = {
    Role.OWNER: RoleWords(N_("Owner"), N_("Answers, and changes settings, people and cameras.")),
    Role.CAREGIVER: RoleWords(N_("Caregiver"), N_("Is notified and answers.")),
    Role.VIEWER: RoleWords(N_("Viewer"), N_("May look, and is not asked to answer.")),
}
STAGES: Mapping[int | None, str] = {
    1: N_("First"),
    2: N_("Second, if nobody answers"),
    3: N_("Last, if still nobody answers"),
    None: N_("Never"),
}
STAGE_TITLES: Mapping[int | None, str] = {
    1: N_("Notified first"),
    2: N_("Notified second"),
    3: N_("Notified last"),
    None: N_("Not notified"),
}
