"""What is to happen in homes that nobody lives in: data, so that the truth is known."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """From `begins` to before `ends`, in seconds after the run has begun."""

    begins: float
    ends: float

    def has(self, at: float) -> bool:
        """Whether `at` lies within."""
        return self.begins <= at < self.ends


@dataclass(frozen=True)
class SimulatedFall:
    """A fall whose START is at `begins` and whose END at `ends`; `still_down` for so many seconds
    after half a minute, 0 where the person gets up."""

    begins: float
    ends: float
    still_down: float = 0.0


@dataclass(frozen=True)
class ClockError:
    """From `since` on the box's clock is so many seconds ahead, or behind where it is negative."""

    since: float
    ahead_sec: float


@dataclass(frozen=True)
class SimulatedBox:
    """The box of one room. It has one fall at most: a message that names the room names the fall.

    `in_sight` is when somebody is before the camera, `outages` when nothing that it sends arrives.
    """

    name: str
    in_sight: tuple[Span, ...] = ()
    fall: SimulatedFall | None = None
    outages: tuple[Span, ...] = ()
    clock: tuple[ClockError, ...] = ()

    def is_away(self, at: float) -> bool:
        """Whether nothing that it sends arrives."""
        return any(outage.has(at) for outage in self.outages)

    def ahead_sec(self, at: float) -> float:
        """By how much its clock is wrong."""
        return next((it.ahead_sec for it in reversed(self.clock) if it.since <= at), 0.0)


@dataclass(frozen=True)
class SimulatedHome:
    """A household with a box in each room."""

    name: str
    boxes: tuple[SimulatedBox, ...]


@dataclass(frozen=True)
class Shares:
    """How many of the boxes, from 0 to 1, have what; `in_sight` is of the time."""

    falls: float = 0.4
    still_down: float = 0.1
    """Of the falls."""
    in_sight: float = 0.3
    outages: float = 0.1
    wrong_clocks: float = 0.05


@dataclass(frozen=True)
class Planner:
    """Makes the same homes for the same `seed`, for a run of so many seconds."""

    seconds: float
    seed: int = 1
    shares: Shares = field(default_factory=Shares)

    def homes(self, cameras: int, rooms: int) -> list[SimulatedHome]:
        """So many cameras in homes of so many rooms; the last home has the rest."""
        chance = random.Random(self.seed)  # noqa: S311 (no secret)
        counts = [min(rooms, cameras - first) for first in range(0, cameras, rooms)]
        return [
            SimulatedHome(f"home {number}", tuple(self._boxes(count, chance)))
            for number, count in enumerate(counts, start=1)
        ]

    def _boxes(self, count: int, chance: random.Random) -> Iterator[SimulatedBox]:
        for number in range(1, count + 1):
            yield SimulatedBox(
                f"room-{number}",
                tuple(self._visits(chance)),
                self._fall(chance),
                tuple(self._outages(chance)),
                tuple(self._clock(chance)),
            )

    def _visits(self, chance: random.Random) -> Iterator[Span]:
        """Stays of a minute or two, so long in all as their share."""
        share = self.shares.in_sight
        at = chance.uniform(0.0, 120.0) * (1.0 - share)
        while at < self.seconds and share > 0.0:
            stay = chance.uniform(60.0, 120.0)
            yield Span(at, at + stay)
            at += stay / share * chance.uniform(0.8, 1.2)

    def _fall(self, chance: random.Random) -> SimulatedFall | None:
        if chance.random() >= self.shares.falls:
            return None
        begins = chance.uniform(0.05, 0.9) * self.seconds
        ends = begins + chance.uniform(1.5, 4.0)
        is_down = chance.random() < self.shares.still_down
        return SimulatedFall(begins, ends, chance.uniform(30.0, 90.0) if is_down else 0.0)

    def _outages(self, chance: random.Random) -> Iterator[Span]:
        if chance.random() < self.shares.outages:
            begins = chance.uniform(0.1, 0.7) * self.seconds
            yield Span(begins, begins + chance.uniform(0.02, 0.15) * self.seconds)

    def _clock(self, chance: random.Random) -> Iterator[ClockError]:
        """Wrong from the start, and set in one jump to another wrong time."""
        if chance.random() < self.shares.wrong_clocks:
            yield ClockError(0.0, chance.choice([-86_400.0, -600.0, 300.0, 7_200.0]))
            yield ClockError(chance.uniform(0.3, 0.7) * self.seconds, chance.uniform(-90.0, 90.0))
