"""Whether people are reached, and answer: by a household whose time a test moves."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from prometheus_client.core import Metric

from backend.escalation.answer import Answer, Verdict, Way
from backend.escalation.answering import Speaker
from backend.metrics.alerts import AlertFigures
from backend.metrics.answers import AnswerFigures
from backend.people.household import HouseholdSettings
from contract.events import FALL, End, Start
from testkit.clock import Clock
from testkit.escalations import EscalationAlone
from testkit.figures import figure, figures

BEGAN = 1_800_000_000.0
SOMEBODY = Speaker(1, 1, Way.PAGE)


class House:
    """A household, and what is read of it."""

    def __init__(self, folder: Path, written: Callable[[Iterable[Metric]], str]) -> None:
        self.clock = Clock(BEGAN)
        home = HouseholdSettings(name="Home", address="Seoul", resident="Kim", entry_code="1")
        self.alone = EscalationAlone(folder, self.clock, settings=home)
        known = frozenset({"fall"})
        database, alerts = self.alone.database, self.alone.alerts
        self._alerts = AlertFigures(database, alerts, lambda: known, self.clock)
        self._answers = AnswerFigures(database)
        self._written = written

    def fall(self, name: str, **fields: bool) -> str:
        """Somebody falls; the incident's id."""
        event = End(
            event_id=name,
            incident_id=name,
            camera_id="hall",
            ts=self.clock.now,
            event=FALL,
            duration_sec=2.0,
            state="lying",
            **fields,
        )
        return self.alone.hear(event).id

    def text(self) -> str:
        """What a scrape reads."""
        return self._written([*self._alerts.read(), *self._answers.read()])


@pytest.fixture
def house(tmp_path: Path, written: Callable[[Iterable[Metric]], str]) -> Iterator[House]:
    house = House(tmp_path, written)
    yield house
    house.alone.database.close()


def test_alert_rings_until_somebody_answers(house: House) -> None:
    incident = house.fall("f1")
    house.alone.run(100.0)
    assert figure(house.text(), "dolbom_alert_unanswered_seconds") == 100.0
    assert figure(house.text(), "dolbom_escalations_open") == 1.0
    house.alone.service.answer(incident, SOMEBODY, Answer.GOING)
    assert figure(house.text(), "dolbom_alert_unanswered_seconds") == 0.0
    assert figure(house.text(), "dolbom_escalations_open") == 1.0


def test_first_answer_counts_once(house: House) -> None:
    incident = house.fall("f1")
    house.alone.run(45.0)
    house.alone.service.answer(incident, SOMEBODY, Answer.GOING)
    house.text()
    house.alone.run(45.0)
    house.alone.service.answer(incident, SOMEBODY, Answer.CALLED_119)
    text = house.text()
    assert figure(text, "dolbom_answer_seconds_count") == 1.0
    assert figure(text, "dolbom_answer_seconds_sum") == 45.0


def test_delivery_that_is_due_waits(house: House) -> None:
    house.fall("f1")
    house.clock.now += 30.0
    text = house.text()
    assert figure(text, "dolbom_deliveries_waiting", channel="contact-1") == 1.0
    assert figure(text, "dolbom_delivery_waiting_seconds", channel="contact-1") == 30.0
    assert figure(text, "dolbom_deliveries_waiting", channel="contact-3") == 0.0
    house.alone.deliver()
    assert figure(house.text(), "dolbom_delivery_waiting_seconds", channel="contact-1") == 0.0


def test_incident_counts_by_the_verdict_that_was_given_last(house: House) -> None:
    incident = house.fall("f1")
    house.fall("f2")
    house.alone.service.verdict(incident, SOMEBODY, Verdict.FALL)
    house.alone.service.verdict(incident, SOMEBODY, Verdict.FALSE_ALARM)
    text = house.text()
    assert figure(text, "dolbom_incidents", label="fall", verdict="false_alarm") == 1.0
    assert figures(text, "dolbom_incidents", verdict="fall") == []


def test_label_that_nobody_knows_is_one_of_the_others(house: House) -> None:
    for number in range(3):
        label = f"made-up-{number}"
        event = Start(event_id=label, incident_id=label, camera_id="hall", ts=BEGAN, event=label)
        house.alone.incidents.take(event, BEGAN)
    assert figure(house.text(), "dolbom_incidents", label="other", verdict="none") == 3.0
