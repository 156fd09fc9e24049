"""Who comes back from Kakao must be who has gone there."""

import pytest

from backend.access.keys import HOUSEHOLD, Caller
from backend.access.roles import Role
from backend.contacts.errors import LoginNotBegun
from backend.contacts.kakao_logins import GOOD_FOR_SEC, MAX_BEGUN, KakaoLogins
from testkit.clock import Clock
from testkit.households import HOME

MINA = Caller("mina", HOME, person_id=1, role=Role.OWNER)
JUNHO = Caller("junho", HOME, person_id=2, role=Role.CAREGIVER)
BACK = "http://home/kakao/callback"


def test_login_is_taken_once_by_who_began_it(clock: Clock) -> None:
    logins = KakaoLogins(clock)
    state = logins.begin(MINA, 1, BACK, "/contacts")
    assert len(state) >= 32
    for other in (JUNHO, HOUSEHOLD):
        with pytest.raises(LoginNotBegun):
            logins.take(state, other)
    login = logins.take(state, MINA)
    assert (login.person_id, login.redirect_uri, login.then) == (1, BACK, "/contacts")
    with pytest.raises(LoginNotBegun):
        logins.take(state, MINA)


def test_login_that_took_too_long_is_begun_again(clock: Clock) -> None:
    logins = KakaoLogins(clock)
    state = logins.begin(MINA, 1, BACK, None)
    clock.now += GOOD_FOR_SEC + 1
    with pytest.raises(LoginNotBegun, match="press the button again"):
        logins.take(state, MINA)


def test_logins_that_nobody_finishes_do_not_pile_up(clock: Clock) -> None:
    logins = KakaoLogins(clock)
    states = [logins.begin(MINA, 1, BACK, None) for _ in range(MAX_BEGUN + 1)]
    with pytest.raises(LoginNotBegun):
        logins.take(states[0], MINA)
    assert logins.take(states[-1], MINA).person_id == 1


def test_state_that_nobody_was_given_is_refused(clock: Clock) -> None:
    with pytest.raises(LoginNotBegun):
        KakaoLogins(clock).take("", HOUSEHOLD)
