"""A login that ends or moves while its client is connecting."""

from typing import Any
from unittest.mock import Mock

import pytest

from backend.access.keys import HOUSEHOLD, Caller
from backend.errors import Unauthorized
from backend.live.gone import GoneLogins
from backend.live.session import Session
from testkit.households import HOME

MINJI = Caller("person 1", HOME, person_id=1, session_id="a")


def handshake(at: float) -> tuple[Session, Any]:
    """A client whose handshake was at that time, and its connection."""
    connection = Mock()
    return Session(connection, "192.168.0.7", at), connection


def test_login_that_is_over_is_refused() -> None:
    gone = GoneLogins()
    gone.end("a")
    session, connection = handshake(5.0)
    with pytest.raises(Unauthorized, match="not over"):
        gone.check(MINJI, session)
    connection.abort.assert_not_called()


def test_who_moved_since_the_handshake_is_hung_up_on_so_that_it_comes_again() -> None:
    gone = GoneLogins()
    gone.move("a", 5.0)
    session, connection = handshake(4.9)
    with pytest.raises(Unauthorized, match="same household"):
        gone.check(MINJI, session)
    connection.abort.assert_called_once()


def test_who_comes_after_it_moved_and_who_has_a_key_are_let_in() -> None:
    gone = GoneLogins()
    gone.move("a", 5.0)
    gone.check(MINJI, handshake(5.1)[0])
    gone.check(HOUSEHOLD, handshake(4.9)[0])
