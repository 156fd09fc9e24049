from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.people.household import HouseholdSettings
from contract.events import FALL, STILL_DOWN, End, Start
from testkit.clock import Clock
from testkit.escalations import EscalationAlone

BEGAN = 1_800_000_000.0
HOME = HouseholdSettings(
    name="Home", address="서울 종로구 세종대로 1, 3층", resident="Kim Young-ja", entry_code="1234*"
)


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGAN)


@pytest.fixture
def fall(clock: Clock) -> Callable[..., End]:
    """The END of a fall, now."""

    def make(name: str = "f1", state: str | None = "lying", **fields: Any) -> End:
        return End(
            event_id=f"end-{name}",
            incident_id=name,
            camera_id="거실",
            ts=clock.now,
            event=FALL,
            duration_sec=2.0,
            state=state,
            **fields,
        )

    return make


@pytest.fixture
def still_down(clock: Clock) -> Callable[..., Start | End]:
    """Somebody has not got up since a fall that ended so many seconds ago."""

    def make(kind: type[Start] | type[End] = Start, since: float = 15.0) -> Start | End:
        return kind(
            event_id=f"down-{kind.__name__}",
            incident_id="d1",
            camera_id="거실",
            ts=clock.now,
            event=STILL_DOWN,
            duration_sec=since,
        )

    return make


@pytest.fixture
def make_home(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., EscalationAlone]]:
    """Opens households, and closes them after the test."""
    homes: list[EscalationAlone] = []

    def make(**options: Any) -> EscalationAlone:
        options = {"settings": HOME} | options
        homes.append(EscalationAlone(tmp_path / f"home{len(homes)}", clock, **options))
        return homes[-1]

    yield make
    for home in homes:
        home.database.close()


@pytest.fixture
def home(make_home: Callable[..., EscalationAlone]) -> EscalationAlone:
    return make_home()
