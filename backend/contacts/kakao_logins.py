"""The log-ins to Kakao that browsers have begun: who comes back must be who has gone."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from backend.access.keys import Caller
from backend.contacts.errors import LoginNotBegun

STATE_BYTES = 24
GOOD_FOR_SEC = 600.0
MAX_BEGUN = 1000
EXPECTED = "expected a log-in that was begun here within ten minutes: press the button again"


@dataclass(frozen=True)
class KakaoLogin:
    """Whose account is to be connected, by whom, and where the browser goes afterwards."""

    caller: Caller
    person_id: int
    redirect_uri: str
    then: str | None
    began_at: float


class KakaoLogins:
    """Thread-safe. Kept in memory: after a restart the person presses the button again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: OrderedDict[str, KakaoLogin] = OrderedDict()

    def begin(self, caller: Caller, person_id: int, redirect_uri: str, then: str | None) -> str:
        """The `state` that comes back with the browser, once."""
        state = secrets.token_urlsafe(STATE_BYTES)
        login = KakaoLogin(caller, person_id, redirect_uri, then, self._clock())
        with self._lock:
            self._begun[state] = login
            if len(self._begun) > MAX_BEGUN:
                self._begun.popitem(last=False)
        return state

    def take(self, state: str, caller: Caller) -> KakaoLogin:
        """The login of this state; raises LoginNotBegun where it is another person's or too old."""
        with self._lock:
            login = self._begun.get(state)
            if login is None or login.caller.person_id != caller.person_id:
                raise LoginNotBegun(EXPECTED)
            del self._begun[state]
        if self._clock() - login.began_at > GOOD_FOR_SEC:
            raise LoginNotBegun(EXPECTED)
        return login
