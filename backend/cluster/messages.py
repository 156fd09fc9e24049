"""Which messages of the bus the servers tell each other, and how each is written in a line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from backend.alerts.alert_change import AlertChange
from backend.cameras.service import CamerasChanged
from backend.contacts.service import ContactsChanged
from backend.erasure.messages import ErasuresChanged
from backend.escalation.desk import EscalationChanged
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.households.keys import KeysChanged
from backend.incidents.service import IncidentChanged, IncidentService
from backend.people.service import PeopleChanged
from backend.people.sessions import SessionEnded, SessionMoved
from backend.poses.messages import PosesPassedOn, PosesWanted
from backend.versions.service import AliasMoved

M = TypeVar("M")
EVENT, INCIDENT = "event", "incident"


@dataclass(frozen=True)
class Form(Generic[M]):
    """How messages of one class are written: `word` begins the line, and says which class it is."""

    word: str
    kind: type[M]
    write: Callable[[M], Iterable[str]]
    read: Callable[[Sequence[str]], Iterable[M]]


def forms(incidents: IncidentService) -> list[Form[Any]]:
    """All that there are. An incident is read from the database that all share."""

    def read_incidents(ids: Sequence[str]) -> Iterator[IncidentChanged]:
        found = (incidents.of_any_household(it) for it in dict.fromkeys(ids))
        return (IncidentChanged(incident) for incident in found if incident)

    return [
        Form(EVENT, EventsRecorded, _write_events, _read_events),
        Form(INCIDENT, IncidentChanged, lambda said: [said.incident.id], read_incidents),
        *(
            _plain(word, kind)
            for word, kind in (
                ("alert", AlertChange),
                ("escalation", EscalationChanged),
                ("people", PeopleChanged),
                ("session", SessionEnded),
                ("contacts", ContactsChanged),
                ("cameras", CamerasChanged),
                ("keys", KeysChanged),
                ("moved", SessionMoved),
                ("alias", AliasMoved),
                ("erasures", ErasuresChanged),
                ("poses-wanted", PosesWanted),
                ("poses", PosesPassedOn),
            )
        ),
    ]


def read(lines: Sequence[str], known: Iterable[Form[Any]]) -> Iterator[object]:
    """The messages of these lines, in their order; what another version says is left out."""
    by_word = {form.word: form for form in known}
    split = (line.partition(" ") for line in lines)
    for word, parts in groupby(split, key=lambda part: part[0]):
        if form := by_word.get(word):
            yield from form.read([text for _, _, text in parts])


def _write_events(said: EventsRecorded) -> Iterator[str]:
    return (record.line.decode().strip() for record in said.records)


def _read_events(lines: Sequence[str]) -> Iterator[EventsRecorded]:
    records = [record for line in lines if (record := Record.read(line.encode() + b"\n"))]
    if records:
        yield EventsRecorded(records)


def _plain(word: str, kind: type[M]) -> Form[M]:
    """A dataclass as one line of JSON."""
    adapter = TypeAdapter(kind)

    def write(message: M) -> list[str]:
        return [adapter.dump_json(message).decode()]

    return Form(word, kind, write, lambda lines: map(adapter.validate_json, lines))
