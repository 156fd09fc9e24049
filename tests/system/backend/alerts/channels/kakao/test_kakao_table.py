"""What is done on each answer of Kakao's: one row of its table each, over real HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pydantic import SecretStr

from backend.alerts.channels.base import Disposition
from backend.alerts.channels.kakao.errors import BY_CODE
from backend.alerts.pace import Pace
from common.backoff import Backoff
from contract.events import End
from testkit.alone import AlertsAlone, AlertSettings

Eventually = Callable[[Callable[[], object]], None]
SLOW = Pace(retry=Backoff(0.02, 0.1), wait=3600.0, check_failed=3600.0)


@dataclass(frozen=True)
class Row:
    """A fault, and what is to come of the alert that meets it once."""

    fault: str
    params: dict[str, object]
    state: str = "sent"
    texts: tuple[bool, ...] = (False,)
    """A memo each that Kakao takes in the end: whether it is marked as sent again."""
    read_sec: float = 10.0
    """How long its answer is waited for: longer than a slow machine takes, or too short."""

    def __str__(self) -> str:
        return " ".join([self.fault, *map(str, self.params.values())])


def codes(*numbers: int, **outcome: Any) -> list[Row]:
    return [Row("code", {"code": number}, **outcome) for number in numbers]


AGAIN = [
    *codes(-1, -7, -9798),
    Row("html_502", {}),
    Row("redirect_308", {}),
    Row("nonzero_result_code", {"result_code": -1}),
]
AMBIGUOUS = [
    *codes(-603, texts=(True,)),
    Row("hang", {"seconds": 0.5}, texts=(False, True), read_sec=0.2),
    Row("accept_then_delay", {"seconds": 0.5}, texts=(False, True), read_sec=0.2),
    Row("accept_then_drop", {}, texts=(False, True)),
    Row("half_body", {}, texts=(False, True)),
    Row("oversized_body", {}, texts=(False, True)),
    Row("reset", {}, texts=(True,)),
    Row("empty_503", {}, texts=(True,)),
]
REFRESH = codes(-401)
CONSENT = codes(-402)
QUOTA = codes(-10, -532, -533, -536)
NEVER = codes(
    *(-2, -8, -9, -501, -502, -530, -602, -606, -903, -911, -3, -4, -5, -6, -12),
    state="dead",
    texts=(),
)


Meet = Callable[..., AlertsAlone]


@pytest.fixture
def meet(services: Any, settings: AlertSettings, kakao: Any, make_end: Callable[..., End]) -> Meet:
    """Lets an alert meet a fault; `changes` are other settings."""

    def start(fault: str, params: dict[str, object], times: int = 1, **changes: Any) -> AlertsAlone:
        service: AlertsAlone = services.start(replace(settings, **changes))
        kakao.fault(fault, times=times, **params)
        service.hear(make_end())
        return service

    return start


@pytest.mark.parametrize("row", [*AGAIN, *AMBIGUOUS, *REFRESH, *CONSENT, *QUOTA, *NEVER], ids=str)
def test_alert_that_meets_a_fault_once(
    meet: Meet, settings: AlertSettings, kakao: Any, eventually: Eventually, row: Row
) -> None:
    timeouts = replace(settings.timeouts, read=row.read_sec)
    service = meet(row.fault, row.params, timeouts=timeouts)
    eventually(lambda: service.counts()[row.state] == 1)
    eventually(lambda: len(kakao.state.memos) == len(row.texts))
    # One that hung arrives in the end, perhaps after its resend.
    assert sorted(text.startswith("[재전송] ") for text in kakao.texts) == list(row.texts)
    assert len(service.dead_letters(1)) == (row.state == "dead")


@pytest.mark.parametrize(
    ("code", "mistaken_for", "state"),
    [(-1, Disposition.PERMANENT, "dead"), (-2, Disposition.RETRY, "sent")],
)
def test_control_code_that_is_taken_for_another_is_found(
    meet: Meet,
    eventually: Eventually,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    mistaken_for: Disposition,
    state: str,
) -> None:
    monkeypatch.setitem(BY_CODE, code, mistaken_for)
    service = meet("code", {"code": code})
    # Not the state that its row expects.
    eventually(lambda: service.counts()[state] == 1)


@pytest.mark.parametrize("row", AMBIGUOUS[:1], ids=str)
def test_second_ambiguous_answer_is_the_end_of_it(
    meet: Meet, kakao: Any, eventually: Eventually, row: Row
) -> None:
    service = meet(row.fault, row.params, times=3)
    eventually(lambda: service.counts()["dead"] == 1)
    assert len(kakao.state.faults) == 1  # two tries, and the third fault never struck
    assert "sent twice without an answer" in service.dead_letters(1)[0].reason


def test_dead_access_token_is_refreshed_once_for_a_memo(
    meet: Meet, kakao: Any, eventually: Eventually
) -> None:
    service = meet("code", {"code": -401}, times=3, pace=SLOW)
    eventually(lambda: "log in to Kakao again" in (service.channel_failure or ""))
    assert len(kakao.state.faults) == 1  # the memo, and once more with the new token
    assert len(kakao.state.access_tokens) == 2
    eventually(lambda: service.counts()["pending"] == 1)


@pytest.mark.parametrize("row", [*CONSENT, *QUOTA], ids=str)
def test_alert_that_has_to_wait_keeps_its_reason_and_reaches_the_other_channel_now(
    meet: Meet, kakao: Any, endpoint: Any, eventually: Eventually, row: Row
) -> None:
    urls = (SecretStr(endpoint.address),)
    service = meet(row.fault, row.params, pace=SLOW, alert_urls=urls)
    eventually(lambda: service.counts()["sent"] == 1)
    refused = f"code {row.params['code']}"
    eventually(lambda: refused in str(service.channel_failures()["kakao"]))
    eventually(lambda: service.counts()["pending"] == 1)
    assert len(endpoint.titles) == 1
    assert kakao.texts == []
