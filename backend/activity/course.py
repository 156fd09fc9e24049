"""What a camera's heartbeats and scores say of the time between them. Pure.

    active   somebody was found, and something moved
    still    somebody was found who neither moved nor lay
    lying    somebody was found whom the scores called lying: in a bed, on a sofa or on the floor
    nobody   pictures in which nobody was found: the person is elsewhere, or was not recognised
    blind    no picture, a dark, covered or frozen one, nobody to analyze it, or the box was silent

That it was the person who moved, and not a pet or a curtain beside somebody who sits, cannot be
known; nor who it was. Where nothing was heard nothing is counted until the box is back: then the
time between is blind, the first two weeks of it, unless the box had said good-bye.
"""

from dataclasses import dataclass, replace

from backend.cameras.last_seen import has_moved
from contract.events import (
    ENDED,
    FAILED,
    LYING,
    NOT_ANALYZED,
    ON_FLOOR,
    STILL_DOWN,
    STOPPED,
    Event,
    Gap,
    Heartbeat,
    Picture,
    Probs,
    states_of,
)

SILENT_SEC = 60.0
"""Two heartbeats that are further apart have something between them that nobody saw."""
GONE_SEC = 14 * 86_400.0
"""What was not heard of for longer was away: of the rest of it nothing is counted. A box without a
clock of its own begins in 1970, and half a million hours would hold up the rest of the server while
they are written."""
STIR_SEC = 600.0
LATE_SEC = 86_400.0
"""Servers count within seconds; by how much more they differ, a clock is wrong."""
AHEAD_SEC = 3600.0
"""A clock that is further ahead counts no more: what it says of the future would be lost."""
DOWN = frozenset({LYING, STILL_DOWN, ON_FLOOR})
UNSEEING = frozenset({Picture.DARK, Picture.COVERED, Picture.FROZEN})


@dataclass(frozen=True)
class Seconds:
    """How long what was so."""

    active: float = 0.0
    still: float = 0.0
    lying: float = 0.0
    nobody: float = 0.0
    blind: float = 0.0

    def __add__(self, other: "Seconds") -> "Seconds":
        return Seconds(
            self.active + other.active,
            self.still + other.still,
            self.lying + other.lying,
            self.nobody + other.nobody,
            self.blind + other.blind,
        )

    def times(self, share: float) -> "Seconds":
        """A part of it."""
        return Seconds(
            self.active * share,
            self.still * share,
            self.lying * share,
            self.nobody * share,
            self.blind * share,
        )


@dataclass(frozen=True)
class Walk:
    """How long somebody walked, how far in lengths of the body, and how often one who lay rose."""

    seconds: float = 0.0
    lengths: float = 0.0
    rises: int = 0

    def __add__(self, other: "Walk") -> "Walk":
        return Walk(
            self.seconds + other.seconds, self.lengths + other.lengths, self.rises + other.rises
        )


@dataclass(frozen=True)
class Stretch:
    """What was so from `begin` to `end` (seconds since 1970).

    In one that is a `stir` somebody began to move.
    """

    begin: float
    end: float
    seconds: Seconds
    moved: bool = False
    stir: bool = False
    walk: Walk = Walk()


@dataclass(frozen=True)
class Course:
    """How far a camera has been counted, and what its scores said since; `is_away` after a
    good-bye. `server` has counted last, what it had received at `heard_at` by its clock.
    """

    until: float
    heard_at: float
    server: str
    is_away: bool = False
    scores: int = 0
    lying_scores: int = 0
    moved_at: float | None = None


def step(
    course: Course | None, event: Event, received_at: float, server: str = ""
) -> tuple[Course | None, Stretch | None]:
    """Take the camera's next event: how far it is counted now, and what that adds.

    Another `server` may have counted already what the camera said to it later. Then this one's time
    is counted; of what it heard only the steps and the movement are added.
    """
    if course and course.server != server and 0 < course.heard_at - received_at < LATE_SEC:
        return course, _late(course, event)
    if isinstance(event, Probs):
        return _with_scores(course, event), None
    if isinstance(event, Gap):
        until = event.gap_until_ts or event.ts
        return Course(
            until, received_at, server, moved_at=course.moved_at if course else None
        ), None
    if not isinstance(event, Heartbeat):
        return course, None
    at = event.ts if event.ts <= received_at + AHEAD_SEC else received_at
    stretch = _stretch(course, event, at) if course and at > course.until else None
    moved_at = course.moved_at if course else None
    if has_moved(event):
        moved_at = at
    is_away = event.state in (STOPPED, ENDED)
    return Course(at, received_at, server, is_away, moved_at=moved_at), stretch


def _late(course: Course, event: Event) -> Stretch | None:
    """A moment without time; None of what both servers have heard, since it was sent twice."""
    if not isinstance(event, Heartbeat) or event.ts >= course.until:
        return None
    return Stretch(event.ts, event.ts, Seconds(), has_moved(event), walk=_walk(event))


def _with_scores(course: Course | None, event: Probs) -> Course | None:
    if course is None:
        return None
    lying = not DOWN.isdisjoint(states_of(event.state))
    return replace(course, scores=course.scores + 1, lying_scores=course.lying_scores + lying)


def _stretch(course: Course, beat: Heartbeat, at: float) -> Stretch | None:
    elapsed = at - course.until
    if elapsed > SILENT_SEC:
        blind = min(elapsed, GONE_SEC)
        end = course.until + blind
        return None if course.is_away else Stretch(course.until, end, Seconds(blind=blind))
    seconds = _seconds(course, beat, elapsed)
    if seconds is None:
        return None
    is_stir = course.moved_at is None or at - course.moved_at > STIR_SEC
    stirs = has_moved(beat) and is_stir
    return Stretch(course.until, at, seconds, has_moved(beat), stirs, _walk(beat))


def _walk(beat: Heartbeat) -> Walk:
    return Walk(beat.walked_sec or 0.0, beat.walked_lengths or 0.0, beat.rises or 0)


def _seconds(course: Course, beat: Heartbeat, elapsed: float) -> Seconds | None:
    """None where the box does not say enough."""
    if _is_blind(beat):
        return Seconds(blind=elapsed)
    if beat.pose_share is None:
        return None
    blind = min(beat.missed_sec or 0.0, elapsed)
    seen = elapsed - blind
    lying = beat.pose_share * course.lying_scores / max(course.scores, 1)
    active = min(beat.pose_share - lying, beat.motion_share or 0.0)
    still = beat.pose_share - lying - active
    return Seconds(seen * active, seen * still, seen * lying, seen * (1.0 - beat.pose_share), blind)


def _is_blind(beat: Heartbeat) -> bool:
    """Whether the camera box could see nothing, or nobody to analyze what it saw."""
    is_unanalyzed = beat.inference == NOT_ANALYZED
    return is_unanalyzed or beat.fps == 0 or beat.state == FAILED or beat.picture in UNSEEING
