"""A box that runs: it makes its events at their times, and sends them until the server has them."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from agent.outbox.uploader import AWAY, MAX_ASKED_SEC, REFUSALS, gather_sec, pause_sec
from contract.events import FALL, Event, EventType
from testkit.simulated_boxes.camera import SimulatedCamera
from testkit.simulated_boxes.connection import Answer, KeptConnection
from testkit.simulated_boxes.outbox import SimulatedOutbox
from testkit.simulated_boxes.timeline import Due, timeline


@dataclass
class SentFall:
    """When the END of a fall was made, first sent, and answered by 200; seconds since 1970."""

    room: str
    made_at: float
    tried_at: float | None = None
    recorded_at: float | None = None

    @property
    def taken_sec(self) -> float | None:
        """From the first sending until a server said that it has it."""
        tried, recorded = self.tried_at, self.recorded_at
        return None if tried is None or recorded is None else recorded - tried


@dataclass
class Sent:
    """What all boxes have sent, and how the server has answered: `took_sec` of the 200s."""

    falls: dict[str, SentFall] = field(default_factory=dict)
    """By room, as messages call it."""
    took_sec: list[float] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


class RunningBox:
    """One task watches, one uploads. `now` of the plan is seconds since `begun` by the loop."""

    def __init__(
        self,
        room: str,
        camera: SimulatedCamera,
        connection: KeptConnection,
        sent: Sent,
        begun: float,
    ) -> None:
        self._room, self._camera, self._connection = room, camera, connection
        self._sent, self._begun = sent, begun
        self._outbox = SimulatedOutbox()
        self._chance = random.Random(camera.camera_id)  # noqa: S311 (no secret)
        self._failures = 0

    @property
    def waiting(self) -> int:
        """How many events the server does not have yet."""
        return len(self._outbox)

    async def watch(self, seconds: float) -> None:
        """Make the events of so many seconds."""
        for due in timeline(self._camera.plan, self._chance.random(), seconds):
            await asyncio.sleep(due.at - self._now())
            self._make(due)

    async def upload(self) -> None:
        """Send what there is, until this is cancelled."""
        while True:
            if not (events := self._outbox.oldest()):
                await self._outbox.wait_filled()
                continue
            began = self._now()
            try:
                answer = await self._post(events)
            except OSError as error:
                await self._back_off(type(error).__name__)
                continue
            if answer.status == HTTPStatus.OK or answer.status in REFUSALS:
                self._settle(events, answer)
                if rest_sec := gather_sec(self._now() - began):
                    await self._outbox.wait_news(rest_sec)
            else:
                await self._back_off(str(answer.status), answer.retry_sec)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _make(self, due: Due) -> None:
        event = self._camera.event(due, len(self._outbox))
        if _ends_a_fall(event):
            self._sent.falls[self._room] = SentFall(self._room, time.time())
        self._outbox.put(event)

    async def _post(self, events: Sequence[Event]) -> Answer:
        if self._camera.plan.is_away(self._now()):
            self._connection.close()
            raise ConnectionRefusedError("the box is cut off")
        for fall in self._falls(events):
            fall.tried_at = fall.tried_at or time.time()
        bodies = [event.model_dump_json(exclude_unset=True) for event in events]
        path = "/event/payload" if len(bodies) == 1 else "/event/payloads"
        body = bodies[0] if len(bodies) == 1 else f"[{','.join(bodies)}]"
        began = self._now()
        answer = await self._connection.post(path, body.encode())
        if answer.status == HTTPStatus.OK:
            self._sent.took_sec.append(self._now() - began)
        return answer

    def _settle(self, events: Sequence[Event], answer: Answer) -> None:
        self._failures = 0
        self._outbox.confirm(events)
        if answer.status != HTTPStatus.OK:
            self._sent.refused.append(f"{answer.status} {answer.body[:300].decode()}")
            return
        self._sent.events.update(event.event_type for event in events)
        for fall in self._falls(events):
            fall.recorded_at = time.time()

    async def _back_off(self, reason: str, asked_sec: float = 0.0) -> None:
        self._failures += 1
        self._sent.failures[reason] += 1
        jitter, is_incident = self._chance.random(), self._outbox.has_incident
        delay = pause_sec(AWAY, self._failures, jitter, is_incident=is_incident)
        await self._outbox.wait_news(max(delay, min(asked_sec, MAX_ASKED_SEC)))

    def _falls(self, events: Sequence[Event]) -> list[SentFall]:
        return [self._sent.falls[self._room] for it in events if _ends_a_fall(it)]

    def _now(self) -> float:
        return asyncio.get_running_loop().time() - self._begun


def _ends_a_fall(event: Event) -> bool:
    return event.event_type is EventType.END and getattr(event, "event", None) == FALL
