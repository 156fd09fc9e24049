"""Whether a server hears all that the others hear."""

from typing import cast

import pytest

from backend.bus import Bus
from backend.cluster.service import ClusterService
from backend.storage.database import Database


def nothing(*_: object) -> None:
    """Nobody is told."""


@pytest.fixture
def service() -> ClusterService:
    """One that is connected, as far as it knows."""
    database = cast(Database, None)
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    service = ClusterService("a", url, database, Bus(), [], nothing, lambda: None, "s", nothing)
    service._wire._is_listening = service._wire._is_speaking = service._pulse.answers = True
    return service


def test_who_has_missed_something_says_so_once_though_it_hears_again(
    service: ClusterService,
) -> None:
    assert service.hears_all()
    for part, counted in ((service._pulse, "misses"), (service._wire, "breaks")):
        setattr(part, counted, 1)
        assert not service.hears_all()
        assert service.hears_all()


def test_who_waits_for_a_database_that_hangs_hears_nobody(service: ClusterService) -> None:
    service._pulse.answers = False
    assert not service.hears_all()
    assert service.failure is None, "the wire itself knows nothing of it"
