"""The event: what the camera box reports and the server records, one JSON object each."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
)

from contract.names import Line, Name

FALL = "fall"
"""A fall, from the loss of balance until about a second after the body has come to rest."""

STILL_DOWN = "still_down"
"""Nobody was seen to get up since a fall: an incident of its own, told at its START.

Its END says that the person was seen upright or walking. `duration_sec` counts from the fall's END
in both, and `state` tells whether the person can be seen."""

ON_FLOOR = "on_floor"
"""Somebody lies or sits on the floor for long, however they came there: told at its START.

Its END says that the person was seen upright or walking, or walked out of the picture.
`duration_sec` counts from when the person was first seen there, in both."""

NOTIFIED_AT_START = frozenset({STILL_DOWN, ON_FLOOR})
"""Labels that need help while they last; no checkpoint names them, and all are anomalous."""

TOLD_HEADER = "Dolbom-Told"
"""Of an answer: by which keys, separated by commas, the server names those of the events sent of
which people were told although none of them could be recorded. Who sends them again says so by the
same header, to whichever server: so nobody rings for them a second time without saying so."""

LYING = "lying"
"""Somebody lies, wherever: a state, which alarms nobody."""

OUT_OF_SIGHT = "out_of_sight"
"""Stands in a `state` while the person cannot be seen: in that of a fall's END, the person went
down and was not seen again."""

RECOVERED = "recovered"
"""Stands in the `state` of a fall's END: the person is upright or walks. Recorded, and told to
nobody."""

BROKEN_OFF = "broken_off"
"""Stands in the `state` of a fall's END: the stream broke off before the fall was over."""

GAP: Literal["gap"] = "gap"
"""The `state` of a HEARTBEAT that stands for dropped events; see Gap."""

STOPPED = "stopped"
"""Stands in the `state` of a HEARTBEAT that says good-bye: the camera box was stopped in good
order, and is missed only when it has not come back after a while."""

ENDED = "ended"
"""Stands in the `state` of a HEARTBEAT that says good-bye for good: a file has ended, or the camera
was taken down. Nobody waits for it."""

FAILED = "failed"
"""Stands in the `state` of a HEARTBEAT that says that the watch has failed; `detail` says why."""

NOT_ANALYZED = "none"
"""Stands in the `inference` of a HEARTBEAT while nobody analyzes what is seen."""

# 9999-12-30, and a century: whatever is made of the two is a date in every time zone.
LAST_DAY = 253_402_128_000.0
CENTURY = 3_155_760_000.0

UNFINISHED_AFTER_SEC = 30.0
"""An incident whose END has not come after as long is told without; no fall may last longer."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Timestamp = Annotated[float, Field(ge=0.0, le=LAST_DAY)]
Seconds = Annotated[float, Field(ge=0.0, le=CENTURY)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Person = Annotated[int, Field(ge=1, lt=2**63)]


class EventType(StrEnum):
    """What an event tells: an incident begins or ends, the scores now, or that all is alive."""

    START = "START"
    END = "END"
    PROBS = "PROBS"
    HEARTBEAT = "HEARTBEAT"


class Picture(StrEnum):
    """How the picture is that a camera gives, as the `picture` of a HEARTBEAT says it."""

    OK = "ok"
    DARK = "dark"
    BLURRED = "blurred"
    COVERED = "covered"
    FROZEN = "frozen"
    UNCHECKED = "unchecked"
    """Nobody looks: the camera box has no model that could."""


class PictureVerdict(StrEnum):
    """What the key picture said of an incident, as the `verdict` of its END says it."""

    CONFIRMED = "confirmed"
    QUESTIONED = "questioned"
    UNSURE = "unsure"
    ABSENT = "absent"
    """A picture was to be asked about, but there was no answer in time."""


def _type_is(kind: EventType) -> Any:
    return Field(default=kind, validation_alias=AliasChoices("event_type", "type"))


class Event(BaseModel):
    """What every event has; fields that this version does not know are kept as sent.

    `ts` is seconds since 1970 (UTC), `video_ts` seconds since the stream began. `person` says whom
    an event is about where several people are in the picture: a number from 1 on, which stays while
    the person is followed. `state` is what holds at that moment, several joined by `+`.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)

    event_type: EventType
    event_id: Name
    camera_id: Name
    ts: Timestamp
    session_id: Name | None = None
    seq: Count | None = None
    video_ts: Seconds | None = None
    frame_idx: Count | None = None
    person: Person | None = None
    state: Name | None = None

    def model_post_init(self, _: object) -> None:
        """Count the type as set, so that it is written where what is unset is left out."""
        self.model_fields_set.add("event_type")


class IncidentEvent(Event):
    """A START or an END: `event` is the label. Both of one incident carry its `incident_id`.

    `detail` says in one line what the watchdog found. A `test` is one that nobody needs help for:
    a self-test of the way from the camera box to the people.
    """

    event: Name
    incident_id: Name | None = None
    prob: Probability | None = None
    duration_sec: Seconds | None = None
    detail: Line | None = None
    test: bool | None = None


class Start(IncidentEvent):
    """Something has begun."""

    event_type: Literal[EventType.START] = _type_is(EventType.START)


class End(IncidentEvent):
    """It is over.

    `verdict`, `posture` and `posture_confidence` are those of a fall where the household shares the
    key picture.
    """

    event_type: Literal[EventType.END] = _type_is(EventType.END)
    verdict: Name | None = None
    posture: Name | None = None
    posture_confidence: Probability | None = None


class Probs(Event):
    """How likely each label is now."""

    event_type: Literal[EventType.PROBS] = _type_is(EventType.PROBS)
    top_event: Name | None = None
    top_prob: Probability | None = None
    probs: dict[Name, Probability] | None = None


class Heartbeat(Event):
    """That the camera box is alive, and how it is; `detail` says why a watch has failed.

    `fps`, `pose_share`, `motion_share` and `missed_sec` are about the time since the last one:
    pictures a second, the shares of them in which somebody was found and in which something moved,
    and the seconds without a picture that have ended since. `walked_sec` is how long somebody was
    seen walking since, `walked_lengths` how far, in lengths of the body, which a camera knows for
    want of metres, and `rises` how often somebody rose who had lain. `is_brightened` says
    that the picture is so dark that poses are looked for in a brighter copy, `night_look` by what
    dark ones are made so (`gamma`, `table`, or the id of the household's look), and
    `night_look_failure` why the look that was chosen is not used. `model` is the version of the
    camera box's own model, `model_failure` why one that was to serve does not.
    """

    event_type: Literal[EventType.HEARTBEAT] = _type_is(EventType.HEARTBEAT)
    state: Name | None = Field(default=None, json_schema_extra={"not": {"const": GAP}})
    detail: Line | None = None
    fps: Seconds | None = None
    pose_share: Probability | None = None
    motion_share: Probability | None = None
    missed_sec: Seconds | None = None
    walked_sec: Seconds | None = None
    walked_lengths: Seconds | None = None
    rises: Count | None = None
    frame_age_sec: Seconds | None = None
    outbox_length: Count | None = None
    inference: Name | None = None
    picture: Name | None = None
    is_brightened: bool | None = None
    night_look: Name | None = None
    night_look_failure: Line | None = None
    upside_down_share: Probability | None = None
    model: Name | None = None
    model_failure: Line | None = None
    outbox_failure: Name | None = None


class Gap(Event):
    """A HEARTBEAT that stands for dropped events, and says nothing of the camera box now.

    It takes the place of PROBS and HEARTBEATs for which the camera box had no room, from `ts` to
    `gap_until_ts`.
    """

    event_type: Literal[EventType.HEARTBEAT] = _type_is(EventType.HEARTBEAT)
    state: Literal["gap"]
    dropped_probs: Count = 0
    dropped_heartbeats: Count = 0
    gap_until_ts: Timestamp | None = None


def states_of(state: str | None) -> list[str]:
    """What a `state` says, which may be several joined by `+`; nothing without one."""
    return state.split("+") if state else []


def _kind(event: object) -> str | None:
    """The class that an event, or the JSON object of one, is of."""
    if isinstance(event, Event):
        return type(event).__name__
    if not isinstance(event, dict):
        return None
    kind = event.get("event_type", event.get("type"))
    if kind == EventType.HEARTBEAT and event.get("state") == GAP:
        return Gap.__name__
    return _CLASSES.get(kind) if isinstance(kind, str) else None


_CLASSES: dict[str, str] = {
    EventType.START: Start.__name__,
    EventType.END: End.__name__,
    EventType.PROBS: Probs.__name__,
    EventType.HEARTBEAT: Heartbeat.__name__,
}

AnyEvent = Annotated[
    Annotated[Start, Tag("Start")]
    | Annotated[End, Tag("End")]
    | Annotated[Probs, Tag("Probs")]
    | Annotated[Heartbeat, Tag("Heartbeat")]
    | Annotated[Gap, Tag("Gap")],
    Discriminator(
        _kind,
        custom_error_type="event_type",
        custom_error_message="expected `event_type` START, END, PROBS or HEARTBEAT",
    ),
]
"""One of the classes, by its `event_type`."""

EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
