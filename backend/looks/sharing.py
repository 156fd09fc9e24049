"""Links by which a look is downloaded without a log-in, until they expire."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from backend.access.share_links import ShareLinks
from backend.looks.errors import UnknownLook, UnknownLookShare
from backend.looks.service import LookService
from backend.looks.tables import look_shares
from backend.storage.database import Database
from contract.looks import Look

EXPECTED = "expected a link of this server that is still good"


@dataclass(frozen=True)
class SharedLook:
    """What a link leads to, and whose it is; without a person it is a key's."""

    look: Look
    created_by: int | None


class LookShares:
    """Thread-safe. A link's token is shown once, and kept as a digest."""

    def __init__(
        self, database: Database, looks: LookService, clock: Callable[[], float] = time.time
    ) -> None:
        self._links, self._looks = ShareLinks(database, look_shares, "look_id", clock), looks

    def share(self, look: Look, days: int, created_by: int | None) -> tuple[str, float]:
        """The token of a link to it, and when that expires; those that have, are forgotten."""
        return self._links.make(look.id, days, look.household_id, created_by)

    def find(self, token: str) -> SharedLook:
        """What the link leads to; raises UnknownLookShare once it is over, or the look is."""
        link = self._links.find(token)
        if link is None:
            raise UnknownLookShare(EXPECTED)
        try:
            look = self._looks.find(link.subject_id, link.household_id)
        except UnknownLook as error:
            raise UnknownLookShare(EXPECTED) from error
        return SharedLook(look, link.created_by)
