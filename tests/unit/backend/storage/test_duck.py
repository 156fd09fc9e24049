"""A question to DuckDB has bounds: time, memory, and the files that it may read."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import duckdb
import pytest

from backend.storage.duck import Duck, quoted, quoted_text
from backend.storage.errors import DatabaseUnavailable, QuestionTooLarge, QuestionTooLong


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Duck]:
    duck = Duck([tmp_path / "inside"], memory_mb=64)
    yield duck
    duck.close()


def test_question_without_end_is_ended_and_the_next_is_answered(duck: Duck) -> None:
    with pytest.raises(QuestionTooLong, match=r"at most 0\.2 s"):
        duck.ask("SELECT sum(a.range) FROM range(9999999) a, range(99999) b", timeout_sec=0.2)
    assert duck.ask("SELECT 1") == [(1,)]


def test_time_that_is_over_between_two_questions_is_over(duck: Duck) -> None:
    def ask_late() -> None:
        with duck.connected(0.1) as cursor:
            Event().wait(0.2)  # as rows of Python are made ready
            cursor.execute("SELECT sum(a.range) FROM range(9999999) a, range(99999) b")

    with pytest.raises(QuestionTooLong):
        ask_late()


def test_question_beyond_memory_is_refused_and_the_next_is_answered(duck: Duck) -> None:
    with pytest.raises(QuestionTooLarge, match="fewer rows or columns"):
        duck.ask("SELECT list(range) FROM range(100000000)")
    assert duck.ask("SELECT 1") == [(1,)]


def test_files_outside_cannot_be_read_nor_the_bounds_be_moved(duck: Duck, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    for sql in (
        f"FROM read_csv({quoted_text(str(outside))})",
        f"FROM read_csv({quoted_text(str(tmp_path / 'inside' / '..' / 'outside.csv'))})",
        "SET memory_limit = '8GB'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            duck.ask(sql)


def test_file_that_is_no_more_is_said_to_be_away(duck: Duck, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        duck.ask(f"FROM read_parquet({quoted_text(str(tmp_path / 'inside' / 'gone.parquet'))})")


def test_names_and_texts_are_only_that(duck: Duck) -> None:
    name, text = 'a "b"; DROP TABLE t', "it's"
    rows = duck.ask(f"SELECT {quoted(name)} FROM (SELECT {quoted_text(text)} AS {quoted(name)})")  # noqa: S608
    assert rows == [(text,)]
