"""The whole course of an incident, for people to read: what happened when, and how long it took."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row

from backend.alerts.ledger.course import Delivery, deliveries_of
from backend.comments import store as comments
from backend.escalation import store
from backend.escalation.answer import RESOLVED, Answer
from backend.escalation.roster import Roster
from backend.escalation.steps import Done, StepKind
from backend.escalation.store import Escalation
from backend.incidents import store as incidents
from contract.comments import Comment, Subject, SubjectKind
from contract.events import ON_FLOOR, RECOVERED, STILL_DOWN, states_of
from contract.incidents import Incident, IncidentState

OVER = (RESOLVED, Answer.ALL_WELL)
"""What is said of an incident that is over."""


class Happening(StrEnum):
    """What an entry tells."""

    SEEN = "seen"
    """It began; `detail` is its label."""
    ENDED = "ended"
    """Its END came; `detail` is what the camera saw."""
    ROUND = "round"
    """All up to a stage were notified again; `detail` is the stage."""
    TAKEN = "taken"
    """A channel took an alert; `detail` is the notice that it was, if it was one."""
    REFUSED = "refused"
    """A channel gave it up; `detail` says why."""
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"
    ASKED = "asked"
    EXHAUSTED = "exhausted"
    REAL = "real"
    """Its fall test was over, and it was not."""
    VERDICT = "verdict"
    NOTE = "note"
    RESOLVED = "resolved"


class Entry(BaseModel):
    """One thing that happened `at` (seconds since 1970, UTC), to or by a person, by a channel.

    `round` is whose it is of an alert or a step, from 0; `edited_at` when a note was changed;
    `way` how an answer came.
    """

    model_config = ConfigDict(frozen=True)

    at: float
    kind: Happening
    person: str | None = None
    channel: str | None = None
    detail: str | None = None
    round: int | None = None
    edited_at: float | None = None
    way: str | None = None


class Figures(BaseModel):
    """How long it took, in seconds; None while it is not known, or has not come.

    All but the first count from when the incident reached the server. `help_sec` is until it was
    over, where somebody was going.
    """

    model_config = ConfigDict(frozen=True)

    floor_sec: float | None = None
    first_ring_sec: float | None = None
    answer_sec: float | None = None
    help_sec: float | None = None


class WholeCourse(BaseModel):
    """All of it, oldest first."""

    model_config = ConfigDict(frozen=True)

    entries: list[Entry]
    figures: Figures


@dataclass(frozen=True)
class Facts:
    """What the tables hold of one incident and its parts, the incident first."""

    incidents: Sequence[Incident]
    escalation: Escalation | None
    steps: Sequence[Done]
    deliveries: Sequence[Delivery]
    answers: Sequence[Row[Any]]
    verdicts: Sequence[Row[Any]]
    notes: Sequence[Comment]

    @property
    def over_at(self) -> float | None:
        """When a person, or its END, said that it is over."""
        said = next((it.at for it in self.answers if it.answer in OVER), None)
        if said is None and self.escalation:
            said = self.escalation.over_at
        first = self.incidents[0]
        if said is None and first.state is IncidentState.RESOLVED and first.ended_at is not None:
            return max(first.ended_at, first.received_at)
        return said


@dataclass(frozen=True)
class Readers:
    """Who people and channels are: `names` by a person's id, and whether a channel rings."""

    roster: Roster
    names: Mapping[int, str]
    rings: Callable[[str], bool]

    def of_channel(self, channel: str) -> str | None:
        """Whose it is."""
        return self.of_person(self.roster.owners.get(channel))

    def of_person(self, person_id: int | None) -> str | None:
        """The name."""
        return None if person_id is None else self.names.get(person_id)


def facts(db: Connection, root: str) -> Facts:
    """All that is known of an incident."""
    ids = store.members(db, root)
    found = store.find(db, root)
    answers, verdicts = store.said(db, root)
    return Facts(
        [it for one in ids if (it := incidents.find(db, one))],
        found,
        store.course(db, found).done if found else [],
        deliveries_of(db, ids),
        answers,
        verdicts,
        comments.of_subject(db, subject_of(root)),
    )


def subject_of(root: str) -> Subject:
    """What the notes of an incident are comments on."""
    return Subject(kind=SubjectKind.INCIDENT, id=root)


def whole_course(known: Facts, readers: Readers) -> WholeCourse:
    """As people read it."""
    entries = [
        *_seen(known.incidents),
        *_steps(known.steps),
        *(_delivered(it, readers) for it in known.deliveries),
        *_said(known, readers),
    ]
    ordered = sorted(entries, key=lambda entry: entry.at)
    return WholeCourse(entries=ordered, figures=figures(known, readers.rings))


def figures(known: Facts, rings: Callable[[str], bool]) -> Figures:
    """How long it took."""
    began = known.incidents[0].received_at
    rung = [it.updated_at for it in known.deliveries if it.state == "sent" and rings(it.channel)]
    answered = [it for it in known.answers if it.answer != RESOLVED]
    went = any(it.answer == Answer.GOING for it in answered)
    over = known.over_at
    return Figures(
        floor_sec=_on_floor(known),
        first_ring_sec=max(0.0, min(rung) - began) if rung else None,
        answer_sec=max(0.0, answered[0].at - began) if answered else None,
        help_sec=max(0.0, over - began) if went and over else None,
    )


def _on_floor(known: Facts) -> float | None:
    """Until the camera saw the person up, else until somebody said that it is over."""
    first = known.incidents[0]
    for it in known.incidents:
        is_up = it.label in (STILL_DOWN, ON_FLOOR) or RECOVERED in states_of(it.seen)
        if is_up and it.ended_at is not None:
            return max(0.0, it.ended_at - first.began_at)
    return None if known.over_at is None else max(0.0, known.over_at - first.received_at)


def _seen(of: Sequence[Incident]) -> Iterator[Entry]:
    for it in of:
        yield Entry(at=it.received_at, kind=Happening.SEEN, detail=it.label)
        if it.ended_at is not None:
            at = max(it.ended_at, it.received_at)
            yield Entry(at=at, kind=Happening.ENDED, detail=it.seen)


def _steps(done: Sequence[Done]) -> Iterator[Entry]:
    kinds = {
        StepKind.NOTIFY: Happening.ROUND,
        StepKind.ASK: Happening.ASKED,
        StepKind.EXHAUSTED: Happening.EXHAUSTED,
        StepKind.REAL: Happening.REAL,
    }
    for it in done:
        at, stage = it.done_at, str(it.stage)
        yield Entry(at=at, kind=kinds[it.kind], detail=stage, round=it.round)


def _delivered(delivery: Delivery, readers: Readers) -> Entry:
    kinds = {
        "sent": Happening.TAKEN,
        "dead": Happening.REFUSED,
        "withdrawn": Happening.WITHDRAWN,
    }
    kind = kinds.get(delivery.state, Happening.WAITING)
    return Entry(
        at=delivery.updated_at,
        kind=kind,
        person=readers.of_channel(delivery.channel),
        channel=delivery.channel,
        detail=delivery.notice if kind is Happening.TAKEN else delivery.reason,
        round=delivery.round,
    )


def _said(known: Facts, readers: Readers) -> Iterator[Entry]:
    for it in known.answers:
        person = readers.of_person(it.person_id)
        if it.answer != RESOLVED:
            yield Entry(
                at=it.at, kind=Happening.ANSWERED, person=person, detail=it.answer, way=it.way
            )
        if it.answer in OVER:
            yield Entry(at=it.at, kind=Happening.RESOLVED, person=person, detail=it.way)
    if known.over_at is not None and not any(it.answer in OVER for it in known.answers):
        yield Entry(at=known.over_at, kind=Happening.RESOLVED, detail="got_up")
    for row in known.verdicts:
        person = readers.of_person(row.person_id)
        yield Entry(at=row.at, kind=Happening.VERDICT, person=person, detail=row.verdict)
    for note in known.notes:
        yield Entry(
            at=note.at,
            kind=Happening.NOTE,
            person=readers.of_person(note.person_id),
            detail=note.text,
            edited_at=note.edited_at,
        )
