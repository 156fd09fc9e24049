"""Tokens of this server's, for one purpose and some time."""

import jwt
import pytest
from pydantic import SecretStr

from backend.people.errors import ExpiredToken, InvalidToken
from backend.people.signer import Signer
from testkit.clock import Clock

SECRET, OTHER = "s" * 32, "o" * 32
CLAIMS = {"incident": "5f3a", "person": 3}


@pytest.fixture
def clock() -> Clock:
    return Clock(1_800_000_000.0)


@pytest.fixture
def signer(clock: Clock) -> Signer:
    return Signer(SecretStr(SECRET * 2), clock)


def forged(claims: dict[str, object], secret: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret * 2, algorithm=algorithm)


def test_token_says_what_was_signed(signer: Signer, clock: Clock) -> None:
    token = signer.sign(CLAIMS, "answer", clock() + 60)
    assert CLAIMS.items() <= signer.read(token, "answer").items()


def test_token_is_good_until_its_time_and_no_longer(signer: Signer, clock: Clock) -> None:
    token = signer.sign(CLAIMS, "answer", clock() + 60)
    clock.sleep(59.0)
    assert signer.read(token, "answer")
    clock.sleep(1.0)
    with pytest.raises(ExpiredToken):
        signer.read(token, "answer")


def test_token_of_one_purpose_is_none_of_another(signer: Signer, clock: Clock) -> None:
    token = signer.sign(CLAIMS, "answer", clock() + 60)
    with pytest.raises(InvalidToken):
        signer.read(token, "access")


@pytest.mark.parametrize("without", ["aud", "exp"])
def test_token_without_purpose_or_end_is_none(signer: Signer, clock: Clock, without: str) -> None:
    claims: dict[str, object] = {"aud": "answer", "exp": int(clock() + 60)}
    assert signer.read(forged(claims), "answer")
    with pytest.raises(InvalidToken):
        signer.read(forged({name: claims[name] for name in claims if name != without}), "answer")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "열쇠.열쇠.열쇠", "x" * 5000])
def test_what_is_no_token_is_refused(signer: Signer, token: str) -> None:
    with pytest.raises(InvalidToken):
        signer.read(token, "answer")


def test_token_that_somebody_else_made_is_refused(signer: Signer, clock: Clock) -> None:
    claims: dict[str, object] = {"aud": "answer", "exp": int(clock() + 60)}
    unsigned = jwt.encode(claims, None, algorithm="none")
    for token in (forged(claims, OTHER), forged(claims, algorithm="HS512"), unsigned):
        with pytest.raises(InvalidToken):
            signer.read(token, "answer")
