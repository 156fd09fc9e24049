"""A part that fails takes nothing from the others."""

import logging
from collections.abc import Callable, Iterable, Iterator

import pytest
from prometheus_client.core import Metric
from sqlalchemy.exc import OperationalError

from backend.metrics.families import gauge
from backend.metrics.parts import Parts
from testkit.figures import figure


def well() -> Iterator[Metric]:
    yield gauge("well", "It is.", 1.0)


class Database:
    """Is away at times."""

    is_away = True

    def read(self) -> Iterator[Metric]:
        yield gauge("half", "Read before it failed.", 1.0)
        if self.is_away:
            raise OperationalError("SELECT 1", {}, ConnectionError("a secret"))


def test_part_that_fails_is_absent_and_counted(
    written: Callable[[Iterable[Metric]], str], caplog: pytest.LogCaptureFixture
) -> None:
    parts = Parts({"database": Database().read, "well": well})
    with caplog.at_level(logging.WARNING):
        texts = [written(parts.collect()) for _ in range(3)]
    failures = [figure(it, "dolbom_scrape_failures_total", part="database") for it in texts]
    assert failures == [1.0, 2.0, 3.0]
    assert figure(texts[0], "dolbom_scrape_failures_total", part="well") == 0.0
    assert figure(texts[0], "well") == 1.0
    assert figure(texts[0], "half") is None
    assert [it.getMessage() for it in caplog.records] == [
        "no figures of database: OperationalError"
    ]


def test_part_that_fails_again_is_logged_again(
    written: Callable[[Iterable[Metric]], str], caplog: pytest.LogCaptureFixture
) -> None:
    database = Database()
    parts = Parts({"database": database.read})
    with caplog.at_level(logging.WARNING):
        for database.is_away in (True, False, True):
            written(parts.collect())
    assert len(caplog.records) == 2
