"""What is wrong with a camera right now, one rule each: a line that follows its name, or None."""

from collections.abc import Callable

from backend.troubles.subjects import Camera
from contract.events import NOT_ANALYZED, Picture

WATCHED_SEC = 300.0
"""Over so long holes between pictures are summed up."""
BLIND_AFTER_SEC = 10.0
"""The newest picture is older than three heartbeats."""
CLOCK_SEC = 60.0
"""Memos give times by the camera's clock, to the second; NTP keeps it within a few."""
MISSED_SEC = 40.0
"""Of five minutes; a connection that is lost now and then costs less."""
LEAST_FPS = 7.0
"""Pictures a second; below, more falls are lost the fewer there are (`benchmarks/frame_rates.py`).
Cameras that see little light give 7.5."""
SEEN_SHARE = 0.5
"""Where a person is found in as many of the pictures, it is not too dark to see a fall."""
UPSIDE_DOWN_SHARE = 0.8
"""Of the seconds in which somebody walks."""
OUTBOX_EVENTS = 500
"""Six minutes of heartbeats and scores, of which a camera box that sends has a handful."""


def twice(camera: Camera) -> str | None:
    """Two camera boxes send under one name by turns."""
    return "is the name of two camera boxes at once" if camera.are_two else None


def clock(camera: Camera) -> str | None:
    """Its clock is far from the server's."""
    ahead = camera.ahead_sec
    if ahead is None or abs(ahead) < CLOCK_SEC:
        return None
    return f"has a clock that is {span(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}"


def span(seconds: float) -> str:
    """A length of time in its largest unit, rounded down."""
    for unit, length in (("years", 365 * 86400), ("days", 86400), ("hours", 3600)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds // 60:.0f} min"


def blind(camera: Camera) -> str | None:
    """No picture has come of late."""
    said = camera.beat.said
    blind = said.fps == 0 or (said.frame_age_sec or 0.0) > BLIND_AFTER_SEC
    return "sends no pictures" if blind else None


def unsteady(camera: Camera) -> str | None:
    """Too much of the last minutes lay in holes between pictures."""
    if camera.missed_sec < MISSED_SEC:
        return None
    return f"gave no picture for {camera.missed_sec:.0f} of the last {WATCHED_SEC:.0f} seconds"


def slow(camera: Camera) -> str | None:
    """Too few pictures a second."""
    if camera.fps is None or camera.fps >= LEAST_FPS:
        return None
    return f"gives {camera.fps:.1f} pictures a second, too few to see a fall"


def unanalyzed(camera: Camera) -> str | None:
    """Nobody analyzes what it sees."""
    nobody = camera.beat.said.inference == NOT_ANALYZED
    return "is watched, but nobody analyzes what it sees" if nobody else None


def other_model(camera: Camera) -> str | None:
    """Its box has another model than the one that is to serve, or says why it has."""
    said = camera.beat.said
    if said.model_failure:
        return f"has a model that failed: {said.model_failure}"
    if said.model is None or camera.offered in (None, said.model):
        return None
    return f"has the model {said.model}, and {camera.offered} is to serve"


def other_night_look(camera: Camera) -> str | None:
    """Its box cannot use the look that was chosen for dark pictures."""
    failure = camera.beat.said.night_look_failure
    return f"changes dark pictures in the simple way: {failure}" if failure else None


def outbox_growing(camera: Camera) -> str | None:
    """Too many events wait."""
    waiting = camera.beat.said.outbox_length or 0
    return f"has {waiting} events that wait to be sent" if waiting > OUTBOX_EVENTS else None


def outbox_failing(camera: Camera) -> str | None:
    """The disk of the camera box refuses."""
    failure = camera.beat.said.outbox_failure
    return f"cannot keep its events: {failure}" if failure else None


def dark(camera: Camera) -> str | None:
    """Its picture is dark, and nobody is seen in it."""
    if (camera.beat.said.pose_share or 0.0) >= SEEN_SHARE:
        return None
    return picture_is(Picture.DARK)(camera)


def upside_down(camera: Camera) -> str | None:
    """Who walks has the head beside or below the hips."""
    is_wrong = (camera.beat.said.upside_down_share or 0.0) >= UPSIDE_DOWN_SHARE
    return "hangs upside down or on its side: set ROTATE" if is_wrong else None


def unchecked(camera: Camera) -> str | None:
    """Nobody looks whether its picture shows anything."""
    nobody = camera.beat.said.picture == Picture.UNCHECKED
    return "has nobody who checks its picture" if nobody else None


def picture_is(word: Picture) -> Callable[[Camera], str | None]:
    """Finds a camera whose picture is so, by its own word."""

    def says(camera: Camera) -> str | None:
        return f"gives a picture that is {word}" if camera.beat.said.picture == word else None

    return says
