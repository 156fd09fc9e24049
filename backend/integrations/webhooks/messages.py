"""What is told of incidents. Pure: the same incident always makes messages of the same ids."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from contract.incidents import Incident, IncidentState
from contract.trouble import SERVER

CAMERA_SILENT = "camera_silent"


class Kind(StrEnum):
    """What has happened."""

    BEGAN = "incident.began"
    ENDED = "incident.ended"
    ANSWERED = "incident.answered"
    RESOLVED = "incident.resolved"
    VERDICT = "incident.verdict"
    CAMERA_SILENT = "camera.silent"
    CAMERA_BACK = "camera.back"


@dataclass(frozen=True)
class Said:
    """An answer or a verdict of somebody's, `at` seconds since 1970; `number` is its row's."""

    kind: Kind
    number: int
    incident_id: str
    word: str
    at: float


class Data(BaseModel):
    """The incident as it stood; times are seconds since 1970 (UTC).

    `said` is the answer or the verdict. What `is_test` is no fall: nobody needs help.
    """

    model_config = ConfigDict(frozen=True)

    incident_id: str
    camera_id: str | None
    label: str
    state: IncidentState
    is_test: bool
    began_at: float
    ended_at: float | None
    said: str | None


class Body(BaseModel):
    """What is posted; `timestamp` is when it happened, not when it is sent."""

    model_config = ConfigDict(frozen=True)

    type: Kind
    timestamp: datetime
    data: Data


@dataclass(frozen=True)
class Message:
    """`id` is the same in each attempt and after each restart."""

    id: str
    incident_id: str
    body: Body


def messages_of(incident: Incident, said: Sequence[Said], now: float) -> Iterator[Message]:
    """All that has happened of an incident until `now`, oldest first."""
    is_silence = incident.label == CAMERA_SILENT
    yield _message(Kind.CAMERA_SILENT if is_silence else Kind.BEGAN, incident, incident.began_at)
    if incident.ended_at is not None:
        kind = Kind.CAMERA_BACK if is_silence else Kind.ENDED
        yield _message(kind, incident, incident.ended_at)
    for it in said:
        yield _message(it.kind, incident, it.at, it)
    if incident.state is IncidentState.RESOLVED and not is_silence:
        yield _message(Kind.RESOLVED, incident, now)


def _message(kind: Kind, incident: Incident, at: float, said: Said | None = None) -> Message:
    named = f"{incident.id}\0{kind}\0{said.number if said else ''}"
    data = Data(
        incident_id=incident.id,
        camera_id=None if incident.camera_id == SERVER else incident.camera_id,
        label=incident.label,
        state=incident.state,
        is_test=incident.is_test,
        began_at=incident.began_at,
        ended_at=incident.ended_at,
        said=said.word if said else None,
    )
    body = Body(type=kind, timestamp=datetime.fromtimestamp(at, UTC), data=data)
    return Message(
        f"msg_{hashlib.blake2b(named.encode(), digest_size=12).hexdigest()}", incident.id, body
    )
