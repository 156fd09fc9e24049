"""What the buttons in Home Assistant do: the same that the page does."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from backend.cameras.visits import VisitService
from backend.errors import ApiError
from backend.escalation.answer import Answer, Way
from backend.escalation.answering import Speaker
from backend.escalation.errors import IncidentOver
from backend.escalation.service import EscalationService
from backend.integrations.home_assistant.home import OWN_HOUSEHOLD, HomeReader
from backend.integrations.home_assistant.topics import HOUSEHOLD, HomeTopics
from backend.self_test.service import SelfTestService

logger = logging.getLogger(__name__)

PRESSED = "PRESS"
"""The payload of a button that is pressed."""
HERE_MINUTES = 60


class Button(StrEnum):
    """What can be pressed."""

    ACKNOWLEDGE = "acknowledge"
    HERE = "here"
    SELF_TEST = "self_test"


SPEAKER = Speaker(OWN_HOUSEHOLD, None, Way.HOME_ASSISTANT)
"""Who presses is not known: whoever may use the household's Home Assistant."""


@dataclass(frozen=True)
class Commands:
    """Thread-safe; waits for the database."""

    topics: HomeTopics
    reader: HomeReader
    escalation: EscalationService
    visits: VisitService
    self_tests: SelfTestService

    def take(self, topic: str, payload: bytes) -> None:
        """Do what a message asks for; what is no press of a button there is, is only logged."""
        found = self.topics.pressed(topic)
        do = self._doing(*found) if found else None
        if do is None or payload != PRESSED.encode():
            logger.warning("a message to this home's buttons was no press of one: passed over")
            return
        try:
            do()
        except ApiError as error:
            logger.warning("a button of Home Assistant did nothing: %s", error.code)

    def _doing(self, place: str, name: str) -> Callable[[], None] | None:
        """What this button does; None if there is none."""
        camera_ids = self._camera_ids(place)
        if camera_ids is None or name not in set(Button):
            return None
        match Button(name):
            case Button.ACKNOWLEDGE:
                return lambda: self._acknowledge(camera_ids)
            case Button.SELF_TEST:
                chosen = None if place == HOUSEHOLD else camera_ids[0]
                return lambda: self._test(chosen)
            case Button.HERE:
                return self._be_here if place == HOUSEHOLD else None

    def _camera_ids(self, place: str) -> list[str] | None:
        """The cameras that a place in a topic stands for; None for one that there is not."""
        known = [it.camera_id for it in self.reader.cameras.all(OWN_HOUSEHOLD)]
        if place == HOUSEHOLD:
            return known
        return [it for it in known if self.topics.camera(it).place == place] or None

    def _acknowledge(self, camera_ids: list[str]) -> None:
        """Somebody goes there: the alerts of these cameras are repeated no more."""
        for incident in self.reader.lasting_incidents():
            if incident.camera_id in camera_ids:
                with suppress(IncidentOver):  # somebody was faster
                    self.escalation.answer(incident.id, SPEAKER, Answer.GOING)

    def _test(self, camera_id: str | None) -> None:
        self.self_tests.begin(OWN_HOUSEHOLD, camera_id)

    def _be_here(self) -> None:
        self.visits.begin(OWN_HOUSEHOLD, None, HERE_MINUTES)
