"""Incidents of a family, each lived through to its end with chance as the author.

A camera reports, phones ring, somebody answers, and somebody says that it is over. Whoever gets no
answer from the server asks again, as people and camera boxes do. Afterwards `faults` are looked
for: who was left out, what was told twice, what the course does not tell.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import httpx2 as httpx

from testkit.escalations import Member
from testkit.family import FAMILY, Told, answer, told
from testkit.ntfy_server import NtfyServer

Json = dict[str, Any]
T = TypeVar("T")
GIVE_UP_SEC = 120.0
IS_OVER = {"incident_over", "answer_link_over"}
"""What a person is told who has answered already, and has not heard of it."""
DELIVERED = ("taken", "refused", "withdrawn", "waiting")
ANSWERS = ("going", "called_119", "all_well")


class GaveUp(Exception):
    """Something that was to happen did not."""


@dataclass
class Life:
    """One incident, of a camera of its own."""

    camera: str
    url: str
    phones: NtfyServer
    chance: random.Random
    given: list[tuple[Member, str]] = field(default_factory=list)
    """Who has answered what, as far as the server has said that it has it."""
    incident_id: str = ""
    problem: str | None = None
    """Why it did not come to its end."""

    def live(self) -> "Life":
        """From the fall until it is over."""
        try:
            self._fall()
            if self.chance.random() < 0.1:
                self._get_up()
            else:
                self._stay_down()
            self._until(self._is_over, "it is not resolved")
        except GaveUp as error:
            self.problem = str(error)
        return self

    def faults(self) -> list[str]:
        """What was promised and not kept."""
        if self.problem:
            return [f"{self.camera}: {self.problem}"]
        course = self._get(f"/incidents/{self.incident_id}/course")["entries"]
        found = [*self._missing(course), *self._untold(course), *self._left_out(course)]
        return [f"{self.camera}: {it}" for it in (*found, *self._doubled(), *self._lost(course))]

    def _fall(self) -> None:
        now = time.time()
        self._post("/event/payload", self._event("START", ts=now))
        (incident,) = self._get("/incidents", camera_id=self.camera)
        self.incident_id = incident["id"]
        time.sleep(self.chance.uniform(0.0, 0.3))

    def _get_up(self) -> None:
        self._post("/event/payload", self._event("END", ts=time.time(), state="recovered"))

    def _stay_down(self) -> None:
        self._post("/event/payload", self._event("END", ts=time.time(), state="lying"))
        if self.chance.random() < 0.15:
            time.sleep(self.chance.uniform(0.0, 1.0))
            down = {"event": "still_down", "incident_id": f"{self.camera}-d", "duration_sec": 1.0}
            self._post("/event/payload", self._event("START", ts=time.time(), **down))
        members = self.chance.sample(FAMILY, k=self.chance.choice([1, 1, 2]))
        for member in sorted(members, key=lambda it: it.stage or 0):
            self._answer(member)
        if not any(said == "all_well" for _, said in self.given):
            time.sleep(self.chance.uniform(0.0, 1.0))
            self._say(lambda: self._try_post(f"/incidents/{self.incident_id}/resolution"))

    def _answer(self, member: Member) -> None:
        """Wait until the phone rings, and take a moment."""
        if self.given and not self._told(member):
            return  # somebody else has it
        rang = self._until(lambda: self._told(member), f"{member.name} was not notified")
        time.sleep(self.chance.uniform(0.0, 1.5))
        link = next((it.link for it in reversed(rang) if it.link), None)
        if link is None or any(said == "all_well" for _, said in self.given):
            return
        said = self.chance.choice(ANSWERS)
        self._say(lambda: answer(link, said))
        self.given.append((member, said))

    def _told(self, member: Member) -> list[Told]:
        return told(self.phones, member, self.camera)

    def _event(self, kind: str, **fields: object) -> Json:
        event_id = f"{self.camera}-{fields.get('event', 'fall')}-{kind}"
        event = {"event_type": kind, "event_id": event_id, "camera_id": self.camera}
        return event | {"event": "fall", "incident_id": f"{self.camera}-f"} | fields

    def _post(self, path: str, body: Json) -> None:
        self._say(lambda: self._try_post(path, body))

    def _try_post(self, path: str, body: Json | None = None) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=body, trust_env=False, timeout=30.0)

    def _say(self, ask: Callable[[], httpx.Response]) -> None:
        """Until the server has it."""

        def has_it() -> bool:
            try:
                said = ask()
            except httpx.TransportError:
                return False
            if said.status_code >= 500:
                return False
            if not said.is_success and said.json()["code"] not in IS_OVER:
                raise GaveUp(f"refused: {said.text}")
            return said.json().get("recorded", True) is not False

        self._until(has_it, "the server does not take it")

    def _get(self, path: str, **query: str) -> Any:
        def got() -> list[Any]:
            try:
                said = httpx.get(f"{self.url}{path}", params=query, trust_env=False, timeout=30.0)
            except httpx.TransportError:
                return []
            return [said.json()] if said.is_success else []

        return self._until(got, f"no answer at {path}")[0]

    def _is_over(self) -> bool:
        """Whether all that the camera has reported is resolved.

        Who is still down after somebody has said that all is well rings again, and is looked after.
        """
        found = self._get("/incidents", camera_id=self.camera)
        again = [it for it in found if it["state"] == "notified" and it["label"] == "still_down"]
        if self._is_resolved(found):
            for it in again:
                self._say(partial(self._try_post, f"/incidents/{it['id']}/resolution"))
        return all(it["state"] == "resolved" for it in found)

    def _is_resolved(self, found: list[Json]) -> bool:
        return any(it["id"] == self.incident_id and it["state"] == "resolved" for it in found)

    def _until(self, condition: Callable[[], T], problem: str) -> T:
        give_up_at = time.monotonic() + GIVE_UP_SEC
        while not (value := condition()):
            if time.monotonic() > give_up_at:
                raise GaveUp(problem)
            time.sleep(0.05)
        return value

    def _missing(self, course: list[Json]) -> Iterator[str]:
        """What the course does not tell, or tells twice."""
        kinds = Counter(it["kind"] for it in course)
        for kind in ("seen", "ended", "resolved"):
            if not kinds[kind]:
                yield f"the course has no {kind!r}"
        if kinds["resolved"] > 1:
            yield "it is resolved twice"
        if kinds["waiting"]:
            yield "something still waits"
        told_of = Counter((it["person"], it["detail"]) for it in course if it["kind"] == "answered")
        given = Counter((member.name, said) for member, said in self.given)
        if told_of != given:
            yield f"answered {dict(given)}, the course has {dict(told_of)}"

    def _left_out(self, course: list[Json]) -> Iterator[str]:
        """Each round must have been for everybody of its stage and of those before."""
        stages = {it["round"]: int(it["detail"]) for it in course if it["kind"] == "round"}
        if sorted(stages) != list(range(1, len(stages) + 1)):
            yield f"the rounds are {sorted(stages)}"
        downs = sum(it["kind"] == "seen" and it["detail"] == "still_down" for it in course)
        # The alert of who is still down is a round, and the first one of its own incident.
        own = {it["round"] for it in course if it["kind"] in DELIVERED}
        of_part = stages.keys() - own
        for number, stage in stages.items():
            for member in FAMILY:
                has = any(_is_of(it, number, member) for it in course)
                if (member.stage or 9) <= stage and not has and number not in of_part:
                    yield f"{member.name} has no round {number}"
        if len(of_part) > downs:
            yield f"nobody was told of the rounds {sorted(of_part)}"

    def _doubled(self) -> Iterator[str]:
        """What came twice must say so."""
        for member in FAMILY:
            times = Counter(it.what for it in self._told(member) if not it.is_resend)
            for what, count in times.items():
                if count > 1:
                    yield f"{member.name} was told {what} {count} times, unmarked"

    def _lost(self, course: list[Json]) -> Iterator[str]:
        """What a channel has taken must be on the phone."""
        for member in FAMILY:
            taken = sum(it["kind"] == "taken" and it["person"] == member.name for it in course)
            arrived = len({it.what for it in self._told(member)})
            if arrived < taken:
                yield f"{member.name} has {arrived} of {taken} messages"

    def _untold(self, course: list[Json]) -> Iterator[str]:
        """Whoever had been notified must hear of each answer, but the one who gave it."""
        for at, person, said in [
            (it["at"], it["person"], it["detail"]) for it in course if it["kind"] == "answered"
        ]:
            notified = {it["person"] for it in course if it["kind"] == "taken" and it["at"] < at}
            for other in notified - {person}:
                heard = any(
                    it["person"] == other and it["detail"] == said and it["kind"] == "taken"
                    for it in course
                )
                if not heard and not _was_refused(course, other, at):
                    yield f"{other} was not told that {person} has said {said}"


def _is_of(entry: Json, number: int, member: Member) -> bool:
    return entry["kind"] in DELIVERED and (entry["round"], entry["person"]) == (number, member.name)


def _was_refused(course: list[Json], person: str, since: float) -> bool:
    return any(
        it["kind"] == "refused" and it["person"] == person and it["at"] >= since for it in course
    )
