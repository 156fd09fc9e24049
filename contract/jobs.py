"""Jobs: what takes longer than a request, as the server, its workers and the pages know it."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contract.names import Line, Name


class JobKind(StrEnum):
    """What a job does."""

    TRAINING = "training"
    COMPARISON = "comparison"
    EXPORT = "export"
    CONTAINER = "container"
    IMAGE = "image"
    """What is made of one picture."""
    LOOK = "look"
    """That a look is learnt."""
    CUBE = "cube"
    """A look as a `.cube` file."""
    BATCH = "batch"
    """What a tabular model says of each row of a table."""


OF_PICTURES = frozenset({JobKind.IMAGE, JobKind.LOOK, JobKind.CUBE})
"""Pictures lie in their work folders in the clear: these go with each try, and never stay."""


class JobState(StrEnum):
    """Where a job stands. The last three are ends, of which the first two may be resumed."""

    QUEUED = "queued"
    RUNNING = "running"
    RETRYING = "retrying"
    """A try has failed; it waits for the next one."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    COMPLETED = "completed"


ENDS = frozenset({JobState.CANCELLED, JobState.FAILED, JobState.COMPLETED})
RESUMABLE = frozenset({JobState.CANCELLED, JobState.FAILED})


class Job(BaseModel):
    """A job as it stands. Times are seconds since 1970 by the server's clock.

    `spec` is what was asked, of a model of its kind's own; `result` what came of it. `done` of
    `total` steps of what it is `doing` are over. `attempts` counts the tries since it was queued,
    `claim` all of them. `failure` says in one line why the last try failed.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    kind: JobKind
    queue: str
    title: str
    spec: dict[str, Any]
    state: JobState
    attempts: int
    claim: int
    worker: str | None
    cancel_asked_at: float | None
    done: float | None
    total: float | None
    doing: str | None
    created_by: int | None
    created_at: float
    not_before: float | None
    started_at: float | None
    heartbeat_at: float | None
    ended_at: float | None
    time_limit_sec: float
    failure: str | None
    result: dict[str, Any] | None


class Worker(BaseModel):
    """A process that carries out the jobs of its `queues`, as it says of itself.

    `missing_modules` are those that jobs need and that are not installed where it runs;
    `missing_trackers` says by their names why it cannot keep them informed.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    queues: tuple[str, ...]
    started_at: float
    heartbeat_at: float
    missing_modules: tuple[str, ...] = ()
    missing_trackers: dict[str, str] = Field(default_factory=dict)


class JobLine(BaseModel):
    """A line of a job's log; `number` counts up over all of them."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: float
    line: str


class MetricAt(BaseModel):
    """A figure of one epoch; `fit` says of which fit of the job: a fold's, or `all`."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    fit: Name
    name: Name
    epoch: Annotated[int, Field(ge=0, lt=2**31)]
    value: float


class JobNews(BaseModel):
    """A job as it stands, with the lines and figures that have come since one heard of it last."""

    model_config = ConfigDict(frozen=True)

    job: Job
    lines: list[JobLine]
    metrics: list[MetricAt]


# What a process that carries out a job writes to its standard output, one JSON object a line.


class Progress(BaseModel):
    """`done` of `total` steps of what it is `doing` are over."""

    model_config = ConfigDict(allow_inf_nan=False)

    kind: Literal["progress"] = "progress"
    doing: Line
    done: float = Field(ge=0)
    total: float = Field(gt=0)


class Said(BaseModel):
    """A line for people."""

    kind: Literal["said"] = "said"
    line: Line


class Measured(BaseModel):
    """A figure of an epoch."""

    kind: Literal["measured"] = "measured"
    metric: MetricAt


class Finished(BaseModel):
    """It is done; `result` is of a model of the job's kind."""

    kind: Literal["finished"] = "finished"
    result: dict[str, Any]


class Refused(BaseModel):
    """It cannot be done, however often it is tried: `reason` says what was expected."""

    kind: Literal["refused"] = "refused"
    reason: Line


Message = Annotated[
    Progress | Said | Measured | Finished | Refused,
    Field(discriminator="kind"),
]
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
