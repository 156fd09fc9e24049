"""The rehearsal does what docs/fire-drill.md and the units of deploy/ say."""

import re
from pathlib import Path

import pytest

from backend.watchdog.service import SILENT_AFTER_SEC
from benchmarks.fire_drill.outages import BACK_SEC
from benchmarks.fire_drill.recovery import documented_settings
from benchmarks.fire_drill.steps import STEPS
from testkit.units import restart_sec

ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def test_each_step_of_the_page_is_rehearsed(repository: Path) -> None:
    page = (repository / "docs" / "fire-drill.md").read_text(encoding="utf-8")
    assert [int(number) for number in ROW.findall(page)][: len(STEPS)] == [
        step.number for step in STEPS
    ]


def test_second_server_misses_no_camera_of_the_first_while_somebody_looks() -> None:
    settings = documented_settings()
    assert settings["DATA_DIR"] == "/var/lib/dolbom/drill"
    assert float(settings["CAMERA_SILENT_AFTER"]) > 10 * SILENT_AFTER_SEC


@pytest.mark.parametrize("unit", ["dolbom-backend.service", "dolbom-agent@.service"])
def test_service_that_is_killed_has_time_to_start(unit: str) -> None:
    assert 0 < restart_sec(unit) < BACK_SEC / 2


def test_unit_that_stays_down_is_none_to_rehearse() -> None:
    with pytest.raises(ValueError, match="Restart=always"):
        restart_sec("dolbom-backup.service")
