"""How somebody comes in."""

import itertools
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from backend.access.keys import HOUSEHOLD
from backend.access.roles import Role
from backend.errors import TooManyRequests
from backend.people.attempts import (
    ACCOUNT_FAILURES,
    ACCOUNT_SEC,
    ADDRESS_FAILURES,
    ANYWHERE_FAILURES,
)
from backend.people.errors import AlreadySetUp, LoginTaken, NotSetUp, WrongCode, WrongLogin
from backend.people.invitations import GOOD_SEC
from backend.people.passwords import Passwords
from backend.people.schemas import Credentials, NewAccount, PasswordChange, Registration
from testkit.households import HOME

RIGHT, WRONG = SecretStr("as long as a sentence"), SecretStr("as wrong as a sentence")
ADDRESS, OTHER_ADDRESS = "192.168.0.7", "192.168.0.8"


def log_in(home: Any, login: str, password: SecretStr = RIGHT, address: str = ADDRESS) -> Any:
    return home.accounts.log_in(Credentials(login=login, password=password), address).person


def register(home: Any, code: str, login: str) -> Any:
    new = Registration(login=login, name="준호", password=RIGHT, invitation=code)
    return home.accounts.register(new, ADDRESS).person


def outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except (WrongLogin, TooManyRequests, WrongCode, AlreadySetUp, LoginTaken) as error:
        return f"{error.code}: {error.message}"
    return "in"


def test_first_owner_is_made_with_the_household_and_only_once(home: Any) -> None:
    assert home.people.household(HOME) is None
    owner = home.set_up()
    assert (owner.id, owner.role, owner.stage) == (1, Role.OWNER, 1)
    assert home.people.household(HOME).name == "할머니 댁"
    with pytest.raises(AlreadySetUp):
        home.set_up("another")
    assert [it.login for it in home.people.people(HOME)] == ["minji"]


def test_of_two_that_set_up_at_once_one_is_the_owner(home: Any) -> None:
    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(lambda it: outcome(lambda: home.set_up(it)), ["one", "two"]))
    assert sorted(it.partition(":")[0] for it in said) == ["already_set_up", "in"]
    assert len(home.people.people(HOME)) == 1


@pytest.mark.parametrize("typed", ["minji", " MinJi ", "ｍｉｎｊｉ"])
def test_account_is_known_however_its_name_is_typed(home: Any, typed: str) -> None:
    home.set_up("Minji")
    assert log_in(home, typed).id == 1


def test_korean_password_is_the_same_from_every_keyboard(home: Any) -> None:
    written = [unicodedata.normalize(form, "할머니를 지켜 주세요") for form in ("NFD", "NFC")]
    apart, composed = map(SecretStr, written)
    assert apart != composed
    chosen = NewAccount(login="minji", name="민지", password=apart).password
    kept = Passwords().hash(chosen)
    for shown in (apart, composed):
        given = Credentials(login="minji", password=shown).password
        assert Passwords().fits(given, kept)


def test_wrong_password_and_unknown_account_are_answered_alike(home: Any) -> None:
    home.set_up()
    said = {outcome(lambda it=it: log_in(home, it, WRONG)) for it in ("minji", "nobody")}
    assert len(said) == 1
    assert said.pop().startswith("wrong_login")


def test_unknown_account_costs_a_hash_too(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    home.set_up()
    looked_at: list[str] = []
    hasher = home.accounts._passwords._hasher
    verify = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda *it: looked_at.append(it[1]) or verify(*it))
    for login in ("minji", "nobody"):
        assert outcome(lambda it=login: log_in(home, it, WRONG)).startswith("wrong_login")
    assert len(looked_at) == 2
    # Of the same algorithm and cost: the salt and the hash apart they are the same.
    assert looked_at[0].rsplit("$", 2)[0] == looked_at[1].rsplit("$", 2)[0]
    assert looked_at[0].startswith("$argon2id$")


def test_empty_password_is_not_that_of_an_unknown_account(home: Any) -> None:
    home.set_up()
    assert outcome(lambda: log_in(home, "nobody", SecretStr(""))).startswith("wrong_login")


@pytest.mark.parametrize("login", ["minji", "nobody"])
def test_failures_slow_the_account_down_from_that_address_alone(home: Any, login: str) -> None:
    home.set_up()
    for _ in range(ACCOUNT_FAILURES):
        assert outcome(lambda: log_in(home, login, WRONG)).startswith("wrong_login")
    refusal = outcome(lambda: log_in(home, login))
    assert refusal == "too_many_requests: too many attempts, expected the next one in 30 s"
    assert log_in(home, "minji", address=OTHER_ADDRESS).id == 1
    home.clock.sleep(ACCOUNT_SEC)
    assert outcome(lambda: log_in(home, login, WRONG)).startswith("wrong_login")
    assert outcome(lambda: log_in(home, login, WRONG)).startswith("too_many_requests")


def test_address_that_tries_many_accounts_is_slowed_down(home: Any) -> None:
    home.set_up()
    said = [
        outcome(lambda it=number: log_in(home, f"name{it}", WRONG))
        for number in range(ADDRESS_FAILURES + 1)
    ]
    assert {it.partition(":")[0] for it in said[:-1]} == {"wrong_login"}
    assert said[-1].startswith("too_many_requests")
    assert outcome(lambda: log_in(home, "minji")).startswith("too_many_requests")


def test_account_is_guarded_against_many_addresses_and_its_own_is_not_locked_out(
    home: Any,
) -> None:
    owner = home.set_up()
    home.sessions.begin(owner, "phone", ADDRESS)
    addresses = (f"10.0.{it // 250}.{it % 250}" for it in itertools.count())
    for login in ("minji", "nobody"):
        said = [
            outcome(lambda it=address, who=login: log_in(home, who, WRONG, it))
            for address in itertools.islice(addresses, ANYWHERE_FAILURES + 1)
        ]
        assert {it.partition(":")[0] for it in said[:-1]} == {"wrong_login"}
        assert said[-1].startswith("too_many_requests")
    # From where she has never been not even the right one is taken; from home it is.
    assert outcome(lambda: log_in(home, "minji", address=OTHER_ADDRESS)).startswith("too_many")
    assert log_in(home, "minji", address=ADDRESS).id == owner.id
    # Her own log-ins give the others no more tries.
    last = next(addresses)
    assert outcome(lambda: log_in(home, "minji", WRONG, last)).startswith("too_many")


def test_invitation_is_not_for_finding_out_who_has_an_account(home: Any) -> None:
    home.set_up()
    code, _ = home.invitations.invite(HOUSEHOLD, Role.VIEWER)
    said = [outcome(lambda: register(home, code, "minji")) for _ in range(ACCOUNT_FAILURES + 1)]
    assert {it.partition(":")[0] for it in said[:-1]} == {"login_taken"}
    assert said[-1].startswith("too_many_requests")


def test_right_passwords_do_not_count(home: Any) -> None:
    home.set_up()
    assert {outcome(lambda: log_in(home, "minji")) for _ in range(ACCOUNT_FAILURES * 2)} == {"in"}


def test_attempts_at_once_gain_nothing(home: Any) -> None:
    home.set_up()
    with ThreadPoolExecutor(8) as threads:
        tried = threads.map(lambda _: outcome(lambda: log_in(home, "minji", WRONG)), range(12))
        said = [it.partition(":")[0] for it in tried]
    assert said.count("wrong_login") == ACCOUNT_FAILURES


def test_invitation_lets_one_person_in_as_what_it_says(home: Any) -> None:
    home.set_up()
    code, until = home.invitations.invite(HOUSEHOLD, Role.VIEWER)
    assert until == home.clock() + GOOD_SEC
    assert register(home, code, "junho").role is Role.VIEWER
    assert outcome(lambda: register(home, code, "other")).startswith("wrong_code")
    assert [it.login for it in home.people.people(HOME)] == ["minji", "junho"]


def test_nobody_is_invited_into_a_household_that_is_not_set_up(home: Any) -> None:
    with pytest.raises(NotSetUp):
        home.invitations.invite(HOUSEHOLD, Role.OWNER)


def test_invitation_is_good_for_48_hours(home: Any) -> None:
    home.set_up()
    code, _ = home.invitations.invite(HOUSEHOLD, Role.CAREGIVER)
    home.clock.sleep(GOOD_SEC - 1)
    assert home.invitations.find(code).role is Role.CAREGIVER
    home.clock.sleep(1)
    with pytest.raises(WrongCode):
        home.invitations.find(code)


def test_login_that_is_taken_does_not_use_the_invitation_up(home: Any) -> None:
    home.set_up()
    code, _ = home.invitations.invite(HOUSEHOLD, Role.CAREGIVER)
    with pytest.raises(LoginTaken):
        register(home, code, "minji")
    assert register(home, code, "junho").stage == 2


def test_code_is_not_in_the_database(home: Any) -> None:
    home.set_up()
    code, _ = home.invitations.invite(HOUSEHOLD, Role.CAREGIVER)
    with home.database.reading() as db:
        rows = db.exec_driver_sql("SELECT * FROM invitations").all()
    assert len(rows) == 1
    assert code not in str(rows)


def test_guessing_codes_is_slowed_down(home: Any) -> None:
    home.set_up()
    new = Registration(login="junho", name="준호", password=RIGHT, invitation="guessed")
    said = [outcome(lambda: home.accounts.register(new, ADDRESS)) for _ in range(6)]
    assert said[ACCOUNT_FAILURES - 1].startswith("wrong_code")
    assert said[ACCOUNT_FAILURES].startswith("too_many_requests")


def test_password_is_changed_by_who_knows_the_old_one(home: Any) -> None:
    home.set_up()
    change = PasswordChange(old=WRONG, new=SecretStr("another sentence"))
    with pytest.raises(WrongLogin):
        home.accounts.change_password(1, change, ADDRESS)
    assert log_in(home, "minji").id == 1
    home.accounts.change_password(1, change.model_copy(update={"old": RIGHT}), ADDRESS)
    assert outcome(lambda: log_in(home, "minji")).startswith("wrong_login")
    assert log_in(home, "minji", SecretStr("another sentence")).id == 1


def test_login_that_was_under_way_while_the_password_was_changed_is_none(home: Any) -> None:
    home.set_up()
    entered = home.accounts.log_in(Credentials(login="minji", password=RIGHT), ADDRESS)
    home.accounts.check_same(entered)
    change = PasswordChange(old=RIGHT, new=SecretStr("another sentence"))
    home.accounts.change_password(1, change, ADDRESS)
    with pytest.raises(WrongLogin):
        home.accounts.check_same(entered)
    assert entered.kept not in repr(entered)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "too short"},
        {"password": "x" * 257},
        {"login": "m"},
        {"login": "min ji"},
        {"login": "#1"},
        {"login": "<script>"},
        {"name": ""},
        {"name": "x" * 61},
        {"name": "민지\u202e"},
        {"language": "fr"},
        {"role": "owner"},
    ],
)
def test_what_nobody_may_be_called_is_refused_without_repeating_the_password(
    wrong: dict[str, str],
) -> None:
    good = {"login": "minji", "name": "민지", "password": RIGHT.get_secret_value()}
    assert NewAccount.model_validate(good)
    with pytest.raises(ValidationError) as refusal:
        NewAccount.model_validate(good | wrong)
    assert RIGHT.get_secret_value() not in str(refusal.value)
