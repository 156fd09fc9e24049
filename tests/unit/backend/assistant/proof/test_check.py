"""Numbers of a text against the answers of its calls: in both languages, rounded, and made up."""

import time
from datetime import date, datetime

import pytest
from pydantic import JsonValue

from backend.assistant.proof.check import unproved
from contract.assistant import ToolCall
from contract.tools import Basis, Cell, ColumnKind, Fact, Grid, TableColumn, ToolAnswer

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 28)
BASIS = Basis(table="incidents", rows=41, days=28, since=SINCE, until=UNTIL, data_version="a1")
FACTS = (
    Fact(name="falls", value=3),
    Fact(name="mean_speed", value=0.4236, unit="body lengths/s"),
    Fact(name="share_false", value=0.1266),
    Fact(name="walked", value=152.4, unit="min"),
    Fact(name="difference", value=-4.5, unit="h"),
    Fact(name="steps", value=12345.0),
    Fact(name="first_moved_hour", value=7.5, unit="h"),
    Fact(name="zero", value=0),
)
ROWS: tuple[tuple[Cell, ...], ...] = (
    ("hall2", datetime.fromisoformat("2026-11-03T22:41"), 15),
    ("99 falls", datetime.fromisoformat("2026-11-20T05:02"), 8),
)
COLUMNS = (
    TableColumn(name="camera_id", kind=ColumnKind.TEXT),
    TableColumn(name="began_at", kind=ColumnKind.TIME),
    TableColumn(name="hour", kind=ColumnKind.NUMBER),
)
SPAN: JsonValue = {"since": "2026-10-01", "until": "2026-10-31"}
ANSWER = ToolAnswer(
    tool="describe",
    arguments={"threshold": 77, "since": "2026-10-05", "where": [SPAN]},
    basis=BASIS,
    facts=FACTS,
    grid=Grid(columns=COLUMNS, rows=ROWS),
)
OTHER = ToolAnswer(
    tool="top", arguments={}, basis=BASIS.model_copy(update={"rows": 640, "days": 9})
)
LITTLE = OTHER.model_copy(
    update={
        "too_little": "낙상이 20건 이상이어야 하는데 7건입니다.",
        "arguments": {"before": {"since": "2026-08-01", "until": "2026-08-09T10:00"}},
    }
)
CALLS = (
    ToolCall(id="1", answer=ANSWER),
    ToolCall(id="2", answer=OTHER),
    ToolCall(id="3"),
    ToolCall(id="4", answer=LITTLE),
)


@pytest.mark.parametrize(
    "text",
    [
        "There were 3 falls in 28 days [1].",
        "There were three falls [1], on 41 incidents [1].",
        "지난 28일 동안 낙상이 3건이었어요 [1].",
        "지난 4주 동안 세 번 넘어지셨어요. [1]",
        "11월 1일부터 28일까지예요 [1].",
        "2026년 11월 3일 오후 10시 41분이었어요 [1].",
        "11/3 22:41 [1]",
        "On November 3, 2026 at 10:41 p.m. [1]",
        "On 3 Nov at 22:41 in hall2 [1].",
        "속도는 0.42였어요 [1].",
        "0.4 body lengths per second [1]",
        "12.7%가 오경보였어요 [1].",
        "13 percent were false [1].",
        "2시간 32분을 걸으셨어요 [1].",
        "about 2.5 hours [1]",
        "152 min [1], or 2 h 32 min [1]",
        "4.5시간 줄었어요 [1].",
        "4시간 30분 줄었어요 [1].",
        "약 12,300걸음 [1]",
        "1만 2,345걸음 [1]",
        "아침 7시 반에 일어나셨어요 [1].",
        "7:30 [1]",
        "일곱 시쯤 [1]",
        "There are 640 rows in nine days [2].",
        "2026-10-05 [1]",
        "낙상은 [1]:\n- 3건\n- 28일 동안",
        "1. 3 falls [1]\n2. 640 rows [2]\n3. 9 days [2]",
        "위급하면 119에 전화하세요.",
        "a 95% confidence interval",
        "한 번도 없었어요.",
        "One of the cameras saw nobody, and no falls happened.",
        "다시 한번 확인해 주세요. 네, 사회 복지사에게 이번 주에 물어보세요.",
        "two rows [1]",
        "20건이 필요한데 7건뿐이에요 [4].",
        "8월 1일부터예요 [4].",
        "It began on the 3rd, and in the 31 days of October none [1].",
        "세 번째로 많아요.",
        "9일 동안 10시까지 [4]",
        "낙상이 서너 번 있었어요 [1].",
        "사십여 건 가운데 두세 건이었어요 [1].",
        "서너 주 동안이었어요 [1].",
    ],
)
def test_what_the_calls_have_is_proved(text: str) -> None:
    assert unproved(text, CALLS) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There were 3 falls.", ("3",)),
        ("There were 3 falls [2].", ("3",)),
        ("There were 3 falls [3].", ("3",)),
        ("There were 3 falls [5].", ("3", "5")),
        ("There were 99 falls [1].", ("99",)),
        ("There were ninety-nine falls [1].", ("ninety-nine",)),
        ("낙상이 아흔아홉 번 있었어요 [1].", ("아흔아홉 번",)),
        ("낙상이 구십구 건 있었어요 [1].", ("구십구 건",)),
        ("낙상이 九十九건 있었어요 [1].", ("九十九건",)),
        ("낙상이 ９９건 있었어요 [1].", ("99",)),
        ("낙상이 99건 있었어요 [1]. 3건이 진짜예요 [1].", ("99",)),
        ('There were "99 falls" [1].', ("99",)),
        ("No.99 [1]", ("99",)),
        ("77 [1], 77 [4]", ("77",)),
        ("speed 0.43 [1]", ("0.43",)),
        ("13.5% [1]", ("13.5%",)),
        ("3 hours [1]", ()),
        ("30 hours [1]", ("30 hours",)),
        ("2시간 40분 [1]", ("2시간 40분",)),
        ("11월 30일 [1]", ("11월 30일",)),
        ("on 4 December [1]", ("4 December",)),
        ("22:45 [1]", ("22:45",)),
        ("in hall3 [1]", ("3",)),
        ("12,400 steps [1]", ("12,400",)),
        ("- 99 falls\n- 3 falls [1]", ("99",)),
        ("99. falls [1]", ("99",)),
        ("Call 99 times [1]", ("99",)),
        ("119 falls [1]", ("119",)),
        ("3 falls [1], and later 3 falls.", ()),
        ("낙상이 대여섯 번 있었어요 [1].", ("대여섯 번",)),
        ("낙상이 여든여 번 있었어요 [1].", ("여든여 번",)),
        ("낙상이 이백여 건 있었어요 [1].", ("이백여 건",)),
        ("낙상이 3\u200b0건 있었어요 [1].", ("30",)),
        ("낙상이 3\ufe0f\u20e30\ufe0f\u20e3건 있었어요 [1].", ("30",)),
    ],
)
def test_what_they_do_not_have_is_named(text: str, expected: tuple[str, ...]) -> None:
    assert unproved(text, CALLS) == expected


def test_without_calls_no_number_is_proved() -> None:
    assert unproved("3 falls [1] in 28 days.", ()) == ("3", "1", "28 days")


@pytest.mark.parametrize("piece", ["9", "1,", "3시간 ", "11월", "[1]", "one ", "a-", "1만"])
def test_long_text_of_the_worst_kind_does_not_take_long(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    began = time.process_time()
    unproved(text, CALLS)
    assert time.process_time() - began < 3


def test_many_numbers_are_looked_for_among_many_in_no_time() -> None:
    columns = tuple(TableColumn(name=f"x{it}", kind=ColumnKind.NUMBER) for it in range(20))
    rows = tuple(tuple(row * 20.0 + it + 0.003 for it in range(20)) for row in range(200))
    grid = Grid(columns=columns, rows=rows)
    call = ToolCall(id="1", answer=ANSWER.model_copy(update={"grid": grid}))
    text = f"{' '.join(f'{number}.5' for number in range(10_000, 12_000))} [1]"
    began = time.process_time()
    assert len(unproved(text, [call])) == 2000
    assert time.process_time() - began < 2
