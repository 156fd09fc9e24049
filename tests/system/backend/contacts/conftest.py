from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.alerts.channels.base import Button, Memo
from backend.contacts.registry import FORM
from backend.contacts.settings import ContactSettings
from testkit.clock import Clock
from testkit.contacts_alone import ContactsAlone
from testkit.ntfy_server import NtfyServer
from testkit.push_service import PushService

NOW = 1_800_000_000.0


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def ntfy() -> Iterator[NtfyServer]:
    with closing(NtfyServer()) as server:
        yield server


@pytest.fixture
def push_service(clock: Clock) -> Iterator[PushService]:
    with closing(PushService(clock)) as service:
        yield service


@pytest.fixture
def contacts(
    tmp_path: Path, clock: Clock, ntfy: NtfyServer, push_service: PushService
) -> Iterator[ContactsAlone]:
    settings = ContactSettings(ntfy_url=ntfy.url, push_hosts=frozenset({push_service.host}))
    service = ContactsAlone(tmp_path, clock, clock, settings)
    yield service
    service.stop()


@pytest.fixture
def memo() -> Memo:
    buttons = (Button("going", "제가 갑니다"), Button("all_well", "괜찮습니다"))
    return Memo(
        "낙상 감지 - 거실\n지금 확인해 주세요.",
        link="https://home.example/answer/a.b.c",
        buttons=buttons,
        incident="5f3a9c1e7b2d4608",
    )


@pytest.fixture
def form() -> Any:
    """A form of any kind."""
    return lambda **fields: FORM.validate_python(fields)
