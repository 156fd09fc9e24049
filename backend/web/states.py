"""The states of cameras and channels, each with its words and its colour."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.cameras.service import CameraState
from backend.contacts.contact import Standing
from backend.web.marks import N_


@dataclass(frozen=True)
class StateWords:
    """`colour` is a class of app.css: well, look, alarm, or none."""

    text: str
    colour: str


CAMERAS: Mapping[CameraState, StateWords] = {
    CameraState.WATCHING: StateWords(N_("Watching"), "well"),
    CameraState.SILENT: StateWords(N_("Silent"), "alarm"),
    CameraState.FAILED: StateWords(N_("Cannot see"), "alarm"),
    CameraState.STOPPED: StateWords(N_("Switched off"), "look"),
    CameraState.NEVER_HEARD: StateWords(N_("Not there yet"), "look"),
}
CONTACTS: Mapping[Standing, StateWords] = {
    Standing.UNTESTED: StateWords(N_("Not tried yet"), "look"),
    Standing.TESTED: StateWords(N_("A test is on its way"), "look"),
    Standing.CONFIRMED: StateWords(N_("Arrives"), "well"),
    Standing.SILENT: StateWords(N_("Does not arrive"), "alarm"),
}
