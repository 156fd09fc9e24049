"""Who is on duty, by a lock that a session of the database holds."""

from typing import Any, cast

import psycopg
import pytest

from backend.cluster.duty import SURE_SEC, Duty
from testkit.clock import Clock


class Session:
    """A connection to a database whose lock is free, or another's."""

    def __init__(self, *, is_free: bool = True) -> None:
        self.is_free, self.is_gone, self.is_closed = is_free, False, False

    def execute(self, query: str, _values: object = None) -> "Session":
        if self.is_gone:
            raise psycopg.OperationalError("the connection is gone")
        self.asked = query
        return self

    def fetchone(self) -> tuple[bool]:
        return (self.is_free,)

    def close(self) -> None:
        self.is_closed = True


def duty_of(session: Session, clock: Clock) -> Duty:
    return Duty(lambda: cast(Any, session), clock)


def test_who_gets_the_lock_is_on_duty_while_it_is_seen_to_be_held() -> None:
    clock = Clock(100.0)
    duty = duty_of(Session(), clock)
    assert not duty.is_mine()
    duty.hold()
    assert duty.is_mine()
    clock.now += SURE_SEC
    assert not duty.is_mine()
    duty.hold()
    assert duty.is_mine()


def test_who_does_not_get_the_lock_is_not_on_duty() -> None:
    session = Session(is_free=False)
    duty = duty_of(session, Clock(100.0))
    duty.hold()
    assert not duty.is_mine()
    session.is_free = True
    duty.hold()
    assert duty.is_mine()


def test_lock_goes_with_its_connection() -> None:
    session = Session()
    duty = duty_of(session, Clock(100.0))
    duty.hold()
    session.is_gone = True
    with pytest.raises(psycopg.OperationalError):
        duty.hold()
    assert not duty.is_mine()
    assert session.is_closed
