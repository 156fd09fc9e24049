"""What was read in a message, by the rules or by a model: all as it was said, and unchecked."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.plain_words.remarks import Remark
from contract.chat import Intent

Said = Annotated[str, Field(max_length=200)]
Several = Annotated[tuple[Said, ...], Field(max_length=50)]
Base = Literal["production", "none"]


class ProposedSetting(BaseModel):
    """A hyperparameter, by the name that the recipe's schema has for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Said
    value: bool | int | float | Said


class Proposal(BaseModel):
    """What is not said is None or empty, and stays as it is. Dates are YYYY-MM-DD.

    `datasets` are names of data sets; `not_understood` are words of the message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: Intent = Intent.UNKNOWN
    recipe: Said | None = None
    datasets: Several = ()
    labels: Several = ()
    cameras: Several = ()
    people: Several = ()
    since: Said | None = None
    until: Said | None = None
    settings: Annotated[tuple[ProposedSetting, ...], Field(max_length=50)] = ()
    base: Base | None = None
    queue: Said | None = None
    not_understood: Several = ()

    @property
    def says_something(self) -> bool:
        """Whether anything of a set-up was said."""
        return self != Proposal(intent=self.intent, not_understood=self.not_understood)


@dataclass(frozen=True)
class Reading:
    """What was read in a message, and what has to be told of it."""

    proposal: Proposal
    remarks: tuple[Remark, ...] = ()
