"""The benchmark of large tables, with a small one."""

from pathlib import Path

import pytest

from benchmarks.table_uploads import main


def test_a_small_table_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    main(rows=3_000)
    *stages, said = capsys.readouterr().out.splitlines()
    assert len(stages) == 3
    assert said.startswith("3,000 rows: ")
    assert not list(tmp_path.iterdir())
