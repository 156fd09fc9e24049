from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from backend.alerts.channels.kakao.client import KakaoClient, Timeouts

PATIENT = Timeouts(connect=5.0, read=10.0, last_read=10.0)
HASTY = Timeouts(connect=5.0, read=0.2, last_read=10.0)
"""For what is to be late: with it, a machine that stands still for a moment is late as well."""


@pytest.fixture(scope="session")
def client(served: Any) -> Iterator[KakaoClient]:
    """One for the run: it knows no token, and its TLS context takes 0.1 s to make."""
    with closing(KakaoClient(served.url, served.url, PATIENT)) as opened:
        yield opened


@pytest.fixture
def hasty(served: Any) -> Iterator[KakaoClient]:
    """A client that hardly waits for its first answer."""
    with closing(KakaoClient(served.url, served.url, HASTY)) as opened:
        yield opened


@pytest.fixture
def make_client() -> Iterator[Callable[[str], KakaoClient]]:
    """A client of whatever listens at a URL."""
    made: list[KakaoClient] = []

    def make(url: str) -> KakaoClient:
        made.append(KakaoClient(url, url, PATIENT))
        return made[-1]

    yield make
    for client in made:
        client.close()
