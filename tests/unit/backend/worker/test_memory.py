"""How much memory the processes of a job have."""

from pathlib import Path

from backend.worker.memory import resident_bytes


def process(folder: Path, number: int, session: int, pages: int) -> None:
    """What the kernel says of a process, whose name may hold anything."""
    fields = ["S", "1", str(number), str(session), *["0"] * 17, str(pages), *["0"] * 28]
    (folder / str(number)).mkdir()
    (folder / str(number) / "stat").write_text(f"{number} (a) b (c) {' '.join(fields)}")


def test_processes_of_one_session_are_added_up(tmp_path: Path) -> None:
    for number, session, pages in [(7, 7, 100), (8, 7, 50), (9, 9, 1000)]:
        process(tmp_path, number, session, pages)
    (tmp_path / "meminfo").write_text("no process")
    page = resident_bytes(9, tmp_path) // 1000
    assert page >= 4096
    assert resident_bytes(7, tmp_path) == 150 * page
    assert resident_bytes(8, tmp_path) == 0
    assert resident_bytes(7, tmp_path / "nowhere") == 0
