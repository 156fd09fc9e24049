from backend.events.journal.record import Record
from backend.record.event_rows import TYPES, EventRow, rows_of
from testkit.alone import typed

AT = 1_800_000_000.25


def line(event_type: str, **fields: object) -> bytes:
    required = {"event_id": "1", "camera_id": "거실", "ts": AT}
    event = typed({"event_type": event_type, **required, **fields})
    return Record.of(event, AT + 1.5).line


def test_row_says_what_the_event_says() -> None:
    (row,) = rows_of([line("END", event="fall", incident_id="i1", person=2, duration_sec=3.5)])
    assert row.camera_id == "거실"
    assert row.event_type == "END"
    assert row.at_us == 1_800_000_000_250_000
    assert (row.label, row.incident_id, row.person, row.duration_sec) == ("fall", "i1", 2, 3.5)
    assert row.delay_sec == 1.5
    assert row.fps is None


def test_what_a_type_does_not_have_is_not_believed() -> None:
    (row,) = rows_of([line("PROBS", top_event="lying", fps="many", picture={"a": 1})])
    assert (row.top_event, row.fps, row.picture) == ("lying", None, None)


def test_torn_and_foreign_lines_are_passed_over() -> None:
    whole = line("HEARTBEAT", fps=15.0)
    torn, foreign = whole[:-20], b'{"hello": "world"}\n'
    rows = list(rows_of([torn, whole, foreign, b"\xff\x00\n", b"\n", whole]))
    assert [row.fps for row in rows] == [15.0, 15.0]


def test_columns_have_types() -> None:
    assert tuple(TYPES) == EventRow._fields
