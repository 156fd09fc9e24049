"""This server among others that share its database."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import make_url

from backend.bus import Bus
from backend.cluster import presence
from backend.cluster.duty import Duty
from backend.cluster.messages import Form, read
from backend.cluster.pulse import Pulse, is_too_long
from backend.cluster.wire import Wire
from backend.part import Part, part
from backend.storage.database import CONNECTING, SESSION, Database
from backend.storage.postgres_session import GivesUp, open_session
from common.repeating import Repeating

logger = logging.getLogger(__name__)

ROUND_SEC = 1.0
GIVEN_UP = " -c idle_session_timeout=5000"
"""A server that is cut off says nothing, and would be on duty until its connection is found dead:
so PostgreSQL ends the session of whoever does not say each second that it is there."""


class ClusterService:
    """Thread-safe. What the bus says of `forms` is told to the other servers, and what they say is
    put on the bus for those who listen everywhere. `take_over` does what a dead server has left,
    and `each_round` looks once a second for what others have entered. `secret` is the fingerprint
    of what this server signs by: log-ins and links are to be good at each of them. `note_pulse`
    hears some times a second whether the database answers, and whether it hangs.
    """

    def __init__(
        self,
        name: str,
        url: str,
        database: Database,
        bus: Bus,
        forms: Sequence[Form[Any]],
        take_over: Callable[[str], object],
        each_round: Callable[[], object],
        secret: str,
        note_pulse: Callable[[bool, bool], object],
    ) -> None:
        self._secret, self._at_odds = secret, list[str]()
        self._missed = 0
        self._name, self._database, self._bus = name, database, bus
        self._forms, self._take_over, self._each_round = forms, take_over, each_round
        self._duty = Duty(partial(connect, url, name, GIVEN_UP, is_too_long))
        self._pulse = Pulse(partial(connect, url, name, "", is_too_long), note_pulse)
        self._wire = Wire(name, partial(connect, url, name), self._hear)
        self._repeating = Repeating(
            "cluster", self._round, ROUND_SEC, "the servers cannot agree; that is tried again"
        )
        for form in forms:
            bus.subscribe(form.kind, partial(self._tell, form))

    def start(self) -> None:
        """Be seen, listen, and be on duty where nobody is."""
        self._pulse.start()
        self._wire.start()
        self._repeating.start()

    def stop(self) -> None:
        """Leave nothing to take over: call it once all else has stopped."""
        self._repeating.stop()
        self._pulse.stop()
        self._duty.release()
        self._wire.stop()
        with self._database.writing() as db:
            presence.leave(db, self._name)

    def is_on_duty(self) -> bool:
        """Whether this server does what is to be done once. Asks nobody."""
        return self._duty.is_mine()

    def hears_all(self) -> bool:
        """Whether all that the others heard was heard here since this was asked last. Asks nobody.

        The wire of a database that hangs is silent as well.
        """
        before, self._missed = self._missed, self._wire.breaks + self._pulse.misses
        return self._wire.failure is None and self._pulse.answers and self._missed == before

    @property
    def failure(self) -> str | None:
        """Why this server does not work with the others, in one line; None while it does."""
        if failure := self._wire.failure or _said_of(self._at_odds):
            return failure
        failure = self._repeating.failure
        return f"the servers cannot agree who is on duty: {failure}" if failure else None

    def health(self) -> Part:
        """Which servers there are, and whether they hear each other."""
        with self._database.reading() as db:
            alive = presence.alive(db)
        figures = {"name": self._name, "servers": alive, "unsaid": self._wire.unsaid}
        return part(self.failure, is_on_duty=self.is_on_duty(), **figures)

    def _round(self) -> None:
        with self._database.writing() as db:
            presence.touch(db, self._name, self._secret)
            at_odds = presence.at_odds(db, self._secret)
        if at_odds and at_odds != self._at_odds:
            logger.error("%s", _said_of(at_odds))
        self._at_odds = at_odds
        self._duty.hold()
        self._each_round()
        if self.is_on_duty():
            self._bury()

    def _bury(self) -> None:
        """Take over from servers that are dead: each is settled before it is forgotten."""
        with self._database.reading() as db:
            dead = presence.dead(db)
        for name in dead:
            logger.warning("server %s does not run any more: its work is taken over", name)
            self._take_over(name)
            with self._database.writing() as db:
                presence.leave(db, name)

    def _tell(self, form: Form[Any], message: object) -> None:
        self._wire.say(f"{form.word} {text}" for text in form.write(message))

    def _hear(self, lines: list[str]) -> None:
        for message in read(lines, self._forms):
            self._bus.hear(message)


def connect(
    url: str, name: str, more: str = "", gives_up: GivesUp = lambda _: False
) -> psycopg.Connection:
    """A session of the server of this name, by which others see whether it runs.

    Each of its statements counts at once; `more` are options of it. Raises psycopg.Error.
    """
    parts = make_url(url).set(drivername="postgresql")
    plain = parts.render_as_string(hide_password=False)
    named = {"application_name": presence.SESSIONS + name}
    settings = CONNECTING | named | {"options": SESSION + more}
    return open_session(gives_up, plain, autocommit=True, **settings)


def _said_of(at_odds: Sequence[str]) -> str | None:
    if not at_odds:
        return None
    return (
        f"server {', '.join(at_odds)} signs by another JWT_SECRET_KEY: set the same one, or let "
        "all servers have one folder DATA_DIR/access"
    )
