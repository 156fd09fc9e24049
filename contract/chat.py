"""Plain words about a training: what somebody says, and the set-up that comes of it."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contract.datasets import Subset
from contract.jobs import Job
from contract.language import Language

MAX_MESSAGE = 2000
"""Characters."""

Setting = bool | int | float | str | None
"""What one hyperparameter is set to."""


class Intent(StrEnum):
    """What somebody wants by a message."""

    TRAIN = "train"
    CHANGE = "change"
    """Something else than the set-up so far has."""
    ASK = "ask"
    """To be told what there is to choose from."""
    CONFIRM = "confirm"
    CANCEL = "cancel"
    UNKNOWN = "unknown"


class ReadBy(StrEnum):
    """Who has read a message."""

    RULES = "rules"
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    OPENAI = "openai"


class TrainingMessage(BaseModel):
    """One turn of somebody: a message, or `confirm`, which says yes by a button.

    The yes is to the set-up of this `digest`, if it is given. Without a `conversation_id` a
    conversation begins; without a `language` the answer has that of the message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: Annotated[str, Field(max_length=MAX_MESSAGE)] = ""
    conversation_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    language: Language | None = None
    confirm: Literal[True] | None = None
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.message.strip()) == bool(self.confirm):
            raise ValueError("expected a message, or confirm without one")
        return self


class TrainingSetup(BaseModel):
    """What is to be trained, as far as it has been said.

    `subset` is of each data set; `settings` are those that differ from what is usual. `base` is the
    version that the training goes on from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: str | None = None
    dataset_version_ids: tuple[str, ...] = ()
    subset: Subset = Subset()
    settings: dict[str, Setting] = {}
    base: str | None = None
    queue: str = "usual"


class TrainingReply(BaseModel):
    """The answer to a turn.

    `missing` names what has to be said yet. Where it is `ready`, a yes starts the set-up of this
    `digest`, and nothing else does; `job` is what came of a yes.
    """

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    intent: Intent
    read_by: ReadBy
    setup: TrainingSetup
    missing: tuple[str, ...]
    reply: str
    ready: bool
    digest: str | None
    job: Job | None
