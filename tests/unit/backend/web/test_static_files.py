"""The files of the pages: kept for ever by browsers, and never stale."""

import gzip
from pathlib import Path

import pytest

from backend.web.static_files import StaticFiles

STYLE = "p { color: red }\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "app.css").write_text(STYLE)
    (tmp_path / "vendor" / "small.js").write_text("1;")
    return tmp_path


def test_file_is_kept_for_ever_under_the_version_of_all_of_them(folder: Path) -> None:
    before = StaticFiles(folder)
    answer = before.answer(before.version, "app.css", {})
    assert answer is not None
    assert (answer.body, answer.headers["content-type"]) == (
        STYLE.encode(), "text/css; charset=utf-8",
    )  # fmt: skip
    assert "immutable" in answer.headers["cache-control"]
    (folder / "vendor" / "small.js").write_text("2;")
    assert StaticFiles(folder).url("app.css") != before.url("app.css")


def test_page_of_an_earlier_version_must_ask_again(folder: Path) -> None:
    files = StaticFiles(folder)
    answer = files.answer("earlier", "app.css", {})
    assert answer is not None
    assert answer.headers["cache-control"] == "public, no-cache"
    again = files.answer("earlier", "app.css", {"if-none-match": answer.headers["etag"]})
    assert again is not None
    assert (again.status_code, again.body) == (304, b"")


def test_long_file_is_sent_compressed_to_who_takes_that(folder: Path) -> None:
    files = StaticFiles(folder)
    answer = files.answer(files.version, "app.css", {"accept-encoding": "gzip, br"})
    assert answer is not None
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == STYLE.encode()
    small = files.answer(files.version, "vendor/small.js", {"accept-encoding": "gzip"})
    assert small is not None
    assert "content-encoding" not in small.headers


def test_only_files_that_were_there_at_the_start_are_found(folder: Path) -> None:
    files = StaticFiles(folder / "vendor")
    assert files.answer(files.version, "../app.css", {}) is None
    with pytest.raises(KeyError):
        files.url("other.css")


def test_file_of_a_package_is_read_when_it_is_asked_for(folder: Path) -> None:
    files = StaticFiles(folder)
    name = "vendor/plotly.min.js"
    assert files.url(name) == f"/static/{files.version}/{name}"
    answer = files.answer(files.version, name, {"accept-encoding": "gzip"})
    assert answer is not None
    assert len(answer.body) < 2_000_000
    assert b"plotly.js" in gzip.decompress(answer.body)[:200]
