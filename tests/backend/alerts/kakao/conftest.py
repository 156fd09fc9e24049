from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from backend.alerts.kakao.client import KakaoClient, Timeouts

FAST = Timeouts(connect=1.0, read=0.2, last_read=0.6)


@pytest.fixture(scope="session")
def client(served: Any) -> Iterator[KakaoClient]:
    """One for the run: it knows no token, and its TLS context takes 0.1 s to make."""
    with closing(KakaoClient(served.url, served.url, FAST)) as opened:
        yield opened


@pytest.fixture
def make_client() -> Iterator[Callable[[str], KakaoClient]]:
    """A client of whatever listens at a URL."""
    made: list[KakaoClient] = []

    def make(url: str) -> KakaoClient:
        made.append(KakaoClient(url, url, FAST))
        return made[-1]

    yield make
    for client in made:
        client.close()
