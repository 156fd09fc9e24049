"""Whether those who care are reached, and answer: what the ledger and the escalations know."""

import time
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, Metric

from backend.alerts.service import AlertService
from backend.alerts.tellings import Tellings
from backend.metrics import store
from backend.metrics.families import Labels, gauge, gauges
from backend.storage.database import Database

CHANNEL = ("channel",)
Known = Callable[[], frozenset[str]]
"""The labels of incidents that there are: others share one name among the figures."""


class TellingFigures:
    """What was sent without the database: to be had although it is away."""

    def __init__(self, tellings: Tellings) -> None:
        self._tellings = tellings

    def read(self) -> Iterator[Metric]:
        """Asks nobody."""
        yield CounterMetricFamily(
            "dolbom_told_without_database",
            "Memos of falls that were sent while the database did not answer.",
            self._tellings.sent,
        )
        yield gauge(
            "dolbom_told_unrecorded",
            "Incidents that people were told of and that the database does not have yet.",
            self._tellings.unrecorded(),
        )


class AlertFigures:
    """Read by a scrape. `clock` is seconds since 1970."""

    def __init__(
        self,
        database: Database,
        alerts: AlertService,
        known: Known,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._alerts, self._known = database, alerts, known
        self._clock = clock

    def read(self) -> Iterator[Metric]:
        """Raises SQLAlchemyError where the database is away."""
        with self._database.reading() as db:
            waiting = store.waiting(db)
            unanswered = store.unanswered(db)
            incidents = store.incidents_by_verdict(db, self._known())
        yield from self._channels()
        yield from self._deliveries(waiting)
        yield from self._escalations(unanswered)
        yield gauges(
            "dolbom_incidents",
            "Incidents on record by label, and by what a person said that they were.",
            ("label", "verdict"),
            incidents.items(),
        )

    def _channels(self) -> Iterator[Metric]:
        failures = self._alerts.channel_failures().items()
        yield gauges(
            "dolbom_channel_failing",
            "1 for a channel whose last memo or check failed.",
            CHANNEL,
            (((name,), float(reason is not None)) for name, reason in failures),
        )
        yield gauge(
            "dolbom_dead_letters",
            "Deliveries of the last week that were given up, and not sent since.",
            self._alerts.count_dead_letters(),
        )

    def _deliveries(self, waiting: list[store.Waiting]) -> Iterator[Metric]:
        idle: dict[Labels, float] = {(name,): 0.0 for name in self._alerts.channels}
        count: dict[Labels, float] = {(it.channel,): float(it.count) for it in waiting}
        age: dict[Labels, float] = {(it.channel,): self._since(it.since) for it in waiting}
        yield gauges(
            "dolbom_deliveries_waiting",
            "Deliveries that are due and not sent.",
            CHANNEL,
            (idle | count).items(),
        )
        yield gauges(
            "dolbom_delivery_waiting_seconds",
            "Since when the oldest delivery waits that is due; 0 without one.",
            CHANNEL,
            (idle | age).items(),
        )

    def _escalations(self, unanswered: store.Unanswered) -> Iterator[Metric]:
        yield gauge("dolbom_escalations_open", "Incidents that are not over.", unanswered.open)
        yield gauge(
            "dolbom_alert_unanswered_seconds",
            "Since when the oldest alert rings that nobody has answered; 0 without one.",
            self._since(unanswered.since),
        )

    def _since(self, moment: float | None) -> float:
        return 0.0 if moment is None else max(0.0, self._clock() - moment)
