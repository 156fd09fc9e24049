"""What each language has words for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Phrase:
    """What has happened, and what to do about it."""

    what: str
    advice: str


class Wording(Protocol):
    """One language. `unknown` has a place for the `label` that no phrase is there for.

    `falls` says of a fall how it ended, by a word of its END's `state`; `got_up` is what is told at
    the END of what lasted, by its label. Of several words of a `state` the first one of `falls` and
    of `states` is said. `verdicts` are what the key picture says, with places for
    a word of `postures` and `percent`.
    From `counted` on it is about several alerts in one memo: `counted` is of one camera's falls,
    `several` of troubles of several kinds, and `of_many` of one trouble of several cameras.
    """

    phrases: Mapping[str, Phrase]
    falls: Mapping[str, Phrase]
    got_up: Mapping[str, Phrase]
    unknown: Phrase
    all_clear: Phrase
    no_longer: Phrase
    one_left: Phrase
    states: Mapping[str, str]
    postures: Mapping[str, str]
    verdicts: Mapping[str, str]
    resend_mark: str
    resend_note: str
    unrecorded_note: str
    unfinished_note: str
    arrived: str
    counted: str
    joined_note: str
    any_alert: str
    several: str
    of_many: str
    more: str
    came_and_went: str
    server: str
    now_on: str
    now_over: str
    now_unwatched: str

    def moment(self, at: datetime, this_year: int, /) -> str:
        """A local time as it is spoken of in `this_year`."""

    def since(self, moment: str) -> str:
        """From then on."""

    def lasting(self, seconds: float) -> str:
        """For how long."""
