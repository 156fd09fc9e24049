"""Whether the database answers at all, as a server's pulse tells it."""

from collections.abc import Callable
from typing import Any, cast

import psycopg

from backend.cluster.pulse import Pulse
from backend.storage.postgres_session import NoAnswer

Eventually = Callable[..., Any]


class Line:
    """Opens sessions of a database that answers, refuses or hangs."""

    def __init__(self) -> None:
        self.failure: psycopg.Error | None = None

    def open(self) -> psycopg.Connection:
        return cast(psycopg.Connection, self)

    def execute(self, _statement: str) -> None:
        if self.failure:
            raise self.failure

    def close(self) -> None:
        """Nothing is open."""


def test_database_that_refuses_does_not_hang_and_one_that_gives_no_answer_does(
    eventually: Eventually,
) -> None:
    line, said = Line(), list[tuple[bool, bool]]()
    pulse = Pulse(line.open, lambda answers, hangs: said.append((answers, hangs)))
    pulse.start()
    eventually(lambda: said[-1:] == [(True, False)])
    line.failure = psycopg.OperationalError("refused")
    eventually(lambda: said[-1] == (False, False))
    line.failure = NoAnswer("nothing")
    eventually(lambda: said[-1] == (False, True))
    line.failure = None
    eventually(lambda: said[-1] == (True, False))
    assert pulse.answers
    assert pulse.misses == sum(not answers for answers, _ in said)
    pulse.stop()
