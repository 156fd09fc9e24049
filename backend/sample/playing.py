"""Plays a plan to a simulated server, a day at a time, and keeps what is true of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from backend.escalation.answer import Verdict
from backend.events.journal.record import Record
from backend.sample.alarms import HOUR_SEC, Alarm, alarm_name
from backend.sample.people import CAREGIVER_ID, Said, said_of
from backend.sample.plan import ZONE, Plan
from backend.sample.recording import alarms_on, midnight_of, records_of
from backend.sample.simulated_server import SimulatedServer
from backend.sample.story import VISIT_HOURS
from backend.sample.truth import CameraTruth, IncidentTruth, Truth, days_of
from backend.sample.words import WORDS
from contract.events import IncidentEvent, Start
from contract.incidents import Incident

Act = tuple[float, Callable[[], object]]
"""What is done at a time, in seconds since 1970."""


class Player:
    """Call `play` for each day of the plan, in their order."""

    def __init__(self, plan: Plan, server: SimulatedServer) -> None:
        self._plan, self._server = plan, server
        self._words = WORDS[plan.wanted.language]
        self._alarms = {alarm.name: alarm for alarm in plan.alarms}
        self._known: dict[str, IncidentTruth] = {}

    def play(self, number: int) -> None:
        """Let day `number` be over."""
        records = records_of(self._plan, number)
        self._server.record(records)
        for at, act in sorted(self._acts(number, records), key=lambda it: it[0]):
            self._server.pass_time(at)
            act()

    def truth(self) -> Truth:
        """What is true of the days that were played, which are all."""
        plan, incidents = self._plan, tuple(self._known.values())
        places = self._words.places
        return Truth(
            seed=plan.wanted.seed,
            story=plan.story,
            cameras=tuple(
                CameraTruth(camera_id=it.camera_id, place=places[it.room]) for it in plan.cameras
            ),
            days=days_of(plan.story, plan.life, plan.cameras, incidents),
            incidents=incidents,
        )

    def _acts(self, number: int, records: list[Record]) -> Iterator[Act]:
        """What cameras report and people say and do on a day."""
        for record in records:
            if isinstance(record.event, IncidentEvent):
                yield record.received_at, partial(self._take, record, record.event)
        for alarm in alarms_on(self._plan, number):
            for said in said_of(alarm, self._words, self._plan.wanted.seed):
                yield self._plan.began + said.at, partial(self._hear, said)
        if self._plan.story.days.all[number] in self._plan.story.visited:
            begin, end = VISIT_HOURS
            stay = partial(self._server.visit, CAREGIVER_ID, 60.0 * (end - begin))
            yield midnight_of(self._plan, number) + begin * HOUR_SEC, stay

    def _take(self, record: Record, event: IncidentEvent) -> None:
        """Take a START or END; one that begins an incident of an alarm is known from then on."""
        incident = self._server.take(record)
        alarm = self._alarms.get(alarm_name(event))
        if alarm and isinstance(event, Start):
            first = self._known.get(alarm.name)
            known = _known(incident, alarm, part_of=first.incident_id if first else None)
            self._known[f"{alarm.name}-part" if first else alarm.name] = known

    def _hear(self, said: Said) -> None:
        name, at = said.alarm.name, self._plan.began + said.at
        known = self._known[name]
        self._server.hear(said, known.incident_id)
        if said.answer is not None:
            after = {"answer": said.answer, "answered_after_sec": at - known.received_at}
            known = known.model_copy(update=after)
        if said.verdict is not None or said.alarm.cause.is_false:
            verdict = said.verdict or Verdict.FALSE_ALARM
            known = known.model_copy(update={"verdict": verdict})
        self._known[name] = known


def _known(incident: Incident, alarm: Alarm, part_of: str | None) -> IncidentTruth:
    local = datetime.fromtimestamp(incident.began_at, ZONE)
    return IncidentTruth(
        incident_id=incident.id,
        camera_id=incident.camera_id,
        label=incident.label,
        cause=alarm.cause,
        day=local.date(),
        hour=local.hour,
        began_at=incident.began_at,
        received_at=incident.received_at,
        part_of=part_of,
        floor_sec=alarm.floor_sec if alarm.floor_sec and not part_of else None,
    )
