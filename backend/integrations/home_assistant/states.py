"""How the devices are: one JSON object each, which the broker keeps. Pure."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel

from backend.cameras.service import CameraState
from backend.integrations.home_assistant.activity_now import Activity
from backend.integrations.home_assistant.home import CameraNow, Home
from contract.events import FALL, NOTIFIED_AT_START, ON_FLOOR, STILL_DOWN, Picture

OnOff = Literal["ON", "OFF"]
ONLINE, OFFLINE = "online", "offline"
HEARD = frozenset({CameraState.WATCHING, CameraState.FAILED})
PRESENT = frozenset({Activity.ACTIVE, Activity.STILL, Activity.LYING})
HELP = {FALL, *NOTIFIED_AT_START}
"""What somebody is to go to."""
MINUTE_SEC = 60.0
"""`last_seen` is no more exact, so that each heartbeat is no news."""


class CameraStates(BaseModel):
    """What the entities of a camera show; None is "unknown"."""

    fall: OnOff
    still_down: OnOff
    on_floor: OnOff
    person: OnOff | None
    connectivity: OnOff
    problem: OnOff
    last_seen: datetime | None
    activity: Activity | None
    picture: Picture | None


class HouseholdStates(BaseModel):
    """What the entities of the household show."""

    alarm: OnOff
    problem: OnOff
    accompanied: OnOff


def of_camera(camera: CameraNow) -> CameraStates:
    """How it is; `problem` is a trouble that the watchdog has found, or a watch that has failed."""
    shown, labels = camera.shown, camera.labels
    is_blind = camera.activity in (None, Activity.BLIND)
    return CameraStates(
        fall=_on(FALL in labels),
        still_down=_on(STILL_DOWN in labels),
        on_floor=_on(ON_FLOOR in labels),
        person=None if is_blind else _on(camera.activity in PRESENT),
        connectivity=_on(shown.state in HEARD),
        problem=_on(camera.has_trouble or shown.state is CameraState.FAILED),
        last_seen=_minute(shown.heard_at),
        activity=camera.activity,
        picture=_picture(shown.picture),
    )


def availability_of(camera: CameraNow) -> str:
    """Whether what is seen there is of now."""
    return ONLINE if camera.shown.state is CameraState.WATCHING else OFFLINE


def of_household(home: Home) -> HouseholdStates:
    """How it is; `alarm` while somebody is to go to any camera."""
    return HouseholdStates(
        alarm=_on(any(not HELP.isdisjoint(it.labels) for it in home.cameras)),
        problem=_on(home.has_trouble),
        accompanied=_on(home.is_accompanied),
    )


def _on(holds: bool) -> OnOff:
    return "ON" if holds else "OFF"


def _minute(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at // MINUTE_SEC * MINUTE_SEC, UTC)


def _picture(said: str | None) -> Picture | None:
    """None for what a newer camera box may call it."""
    return Picture(said) if said in set(Picture) else None
