from collections.abc import Iterator

import pytest

from backend.record.event_rows import TYPES, EventRow
from backend.record.filling import fill
from backend.record.tally import TALLY_SQL, are_same, read_tally, tally_of
from backend.storage.duck import Duck


def row(
    camera_id: str = "a", event_type: str = "PROBS", at: int = 1, prob: float = 0.1
) -> EventRow:
    values = dict.fromkeys(TYPES) | {"camera_id": camera_id, "event_type": event_type}
    return EventRow(**{**values, "at_us": at, "prob": prob, "delay_sec": 0.25})  # type: ignore[arg-type]


@pytest.fixture
def duck() -> Iterator[Duck]:
    duck = Duck()
    yield duck
    duck.close()


ROWS = [row("거실", "END", 7), row("b", at=2**60), row("b", prob=0.3), row("Z"), row("é")]


def test_sql_and_python_count_the_same(duck: Duck) -> None:
    with duck.connected() as cursor:
        fill(cursor, "rows", TYPES, ROWS)
        found = read_tally(cursor.execute(TALLY_SQL.format(source="rows")).fetchall())
    assert are_same(found, tally_of(ROWS))
    assert sum(it.events for it in found) == len(ROWS)


@pytest.mark.parametrize(
    "others",
    [
        ROWS[1:],
        [*ROWS, row("x")],
        [ROWS[0]._replace(at_us=8), *ROWS[1:]],
        [ROWS[0]._replace(prob=0.2), *ROWS[1:]],
        [ROWS[0]._replace(event_type="START"), *ROWS[1:]],
    ],
)
def test_what_differs_is_seen(others: list[EventRow]) -> None:
    assert not are_same(tally_of(others), tally_of(ROWS))


def test_nothing_is_nothing() -> None:
    assert are_same(tally_of([]), [])
