"""The links by which a person answers without a log-in: signed, and good for one incident only."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from backend.escalation.errors import UnknownAnswerLink
from backend.people.errors import InvalidToken
from backend.people.signer import Signer

PURPOSE = "answer"
LASTS_SEC = 30 * 86_400.0
"""An incident that nobody resolves for longer is answered on the page."""


class AnswerClaims(BaseModel):
    """Which incident of which household a link answers, as whom.

    Without a person it is the household's own.
    """

    model_config = ConfigDict(frozen=True)

    incident_id: str
    household_id: int
    person_id: int | None


@dataclass(frozen=True)
class AnswerLinks:
    """`public_url` is where phones reach the page; without one there are no links."""

    signer: Signer
    public_url: str | None

    def link(self, claims: AnswerClaims, now: float) -> str | None:
        """The address of the page that answers, which takes the answer by POST too."""
        if self.public_url is None:
            return None
        return f"{self.public_url.rstrip('/')}/answer/{self.sign(claims, now)}"

    def sign(self, claims: AnswerClaims, now: float) -> str:
        """The token; `now` is seconds since 1970 (UTC)."""
        return self.signer.sign(claims.model_dump(), PURPOSE, now + LASTS_SEC)

    def read(self, token: str) -> AnswerClaims:
        """Raises UnknownAnswerLink; whether the incident is over is for others to say."""
        try:
            claims: dict[str, Any] = self.signer.read(token, PURPOSE)
            return AnswerClaims.model_validate(claims)
        except (InvalidToken, ValidationError) as error:
            raise UnknownAnswerLink("expected a link of an alert, as it was sent") from error
