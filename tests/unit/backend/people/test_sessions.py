"""Who is logged in, and until when."""

from typing import Any

import pytest

from backend.access.keys import STRANGER
from backend.access.roles import Role
from backend.people.errors import SessionOver, UnknownSession
from backend.people.schemas import PersonChanges
from backend.people.session_store import MAX_SESSIONS
from backend.people.sessions import ACCESS_SEC, REFRESH_SEC, EndReason, SessionEnded, Tokens
from testkit.households import HOME


def log_in(home: Any, login: str = "minji", device: str = "phone") -> Tokens:
    person = (
        home.set_up(login) if home.people.household(HOME) is None else home.people.people(HOME)[0]
    )
    tokens: Tokens = home.sessions.begin(person, device, "192.168.0.7")
    return tokens


def is_in(home: Any, tokens: Tokens) -> bool:
    return home.sessions.caller_of(tokens.access) is not STRANGER


def ended(home: Any) -> list[str]:
    return [it.session_id for it in home.published if isinstance(it, SessionEnded)]


def test_access_token_says_whose_it_is_for_an_hour(home: Any) -> None:
    tokens = log_in(home)
    caller = home.sessions.caller_of(tokens.access)
    assert (caller.person_id, caller.household_id, caller.role) == (1, 1, Role.OWNER)
    assert caller.session_id == tokens.session_id
    home.clock.sleep(ACCESS_SEC - 1)
    assert is_in(home, tokens)
    home.clock.sleep(1)
    assert not is_in(home, tokens)


def test_tokens_are_good_for_their_own_purpose_alone(home: Any) -> None:
    tokens = log_in(home)
    assert home.sessions.caller_of(tokens.refresh) is None
    with pytest.raises(SessionOver):
        home.sessions.refresh(tokens.access)
    assert is_in(home, tokens)


def test_refresh_token_makes_the_next_ones_and_a_week_more(home: Any) -> None:
    tokens = log_in(home)
    for _ in range(3):
        home.clock.sleep(REFRESH_SEC - 1)
        tokens = home.sessions.refresh(tokens.refresh)
        assert is_in(home, tokens)
    home.clock.sleep(REFRESH_SEC)
    with pytest.raises(SessionOver):
        home.sessions.refresh(tokens.refresh)


def test_refresh_token_that_comes_twice_ends_the_session_for_both(home: Any) -> None:
    stolen = log_in(home)
    owners = home.sessions.refresh(stolen.refresh)
    with pytest.raises(SessionOver):
        home.sessions.refresh(stolen.refresh)
    assert not is_in(home, owners)
    assert ended(home) == [owners.session_id]
    with pytest.raises(SessionOver):
        home.sessions.refresh(owners.refresh)


def test_reuse_leaves_the_persons_other_sessions_alone(home: Any) -> None:
    phone, tablet = log_in(home), log_in(home, device="tablet")
    home.sessions.refresh(phone.refresh)
    with pytest.raises(SessionOver):
        home.sessions.refresh(phone.refresh)
    assert is_in(home, tablet)


def test_sessions_are_listed_and_one_is_ended_at_once(home: Any) -> None:
    phone = log_in(home)
    home.clock.sleep(60)
    tablet = log_in(home, device="tablet")
    assert [it.device for it in home.sessions.sessions(1)] == ["tablet", "phone"]
    home.sessions.end(phone.session_id, 1)
    assert (is_in(home, phone), is_in(home, tablet)) == (False, True)
    assert [it.id for it in home.sessions.sessions(1)] == [tablet.session_id]
    with pytest.raises(UnknownSession):
        home.sessions.end(phone.session_id, 1)


def test_nobody_ends_anothers_session(home: Any) -> None:
    tokens = log_in(home)
    other = home.join("junho")
    with pytest.raises(UnknownSession):
        home.sessions.end(tokens.session_id, other.id)
    assert is_in(home, tokens)


def test_all_sessions_but_the_one_that_asks_are_ended(home: Any) -> None:
    phone, tablet = log_in(home), log_in(home, device="tablet")
    home.sessions.end_all(1, EndReason.PASSWORD, tablet.session_id)
    assert (is_in(home, phone), is_in(home, tablet)) == (False, True)


def test_logging_out_is_done_by_either_token_and_also_when_it_is_over(home: Any) -> None:
    by_access, by_refresh = log_in(home), log_in(home)
    home.sessions.end_of(by_access.session_id, None)
    home.sessions.end_of(None, by_refresh.refresh)
    assert not is_in(home, by_access)
    assert not is_in(home, by_refresh)
    home.sessions.end_of(None, by_refresh.refresh)
    home.sessions.end_of(None, "no token")
    assert ended(home) == [by_access.session_id, by_refresh.session_id]


def test_role_counts_as_it_is_now_and_not_as_it_was_at_the_login(home: Any) -> None:
    home.set_up()
    person = home.join("junho", Role.OWNER)
    tokens = home.sessions.begin(person, "phone", "")
    home.people.change(person.id, PersonChanges(role=Role.VIEWER), HOME)
    assert home.sessions.caller_of(tokens.access).role is Role.VIEWER
    home.people.remove(person.id, HOME)
    assert not is_in(home, tokens)


def test_device_may_call_itself_as_it_likes_and_little_is_kept_of_it(home: Any) -> None:
    log_in(home, device="x" * 100_000)
    assert len(home.sessions.sessions(1)[0].device) == 200


def test_session_that_has_long_been_over_is_forgotten(home: Any) -> None:
    log_in(home)
    home.clock.sleep(REFRESH_SEC + 31 * 86_400)
    log_in(home)
    with home.database.reading() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM sessions").scalar() == 1


def test_logins_of_one_person_fill_no_memory(home: Any) -> None:
    first = log_in(home)
    another = home.join("junho")
    others = home.sessions.begin(another, "phone", "")
    for _ in range(MAX_SESSIONS):
        home.clock.sleep(1)
        last = log_in(home)
    assert (is_in(home, first), is_in(home, last), is_in(home, others)) == (False, True, True)
    assert ended(home) == [first.session_id]
    assert len(home.sessions.sessions(1)) == MAX_SESSIONS
