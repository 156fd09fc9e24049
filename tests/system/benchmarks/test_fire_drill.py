"""The fire drill without its long waits: alerts, a kill, a backup and what is made of it."""

from pathlib import Path

import pytest

from benchmarks.fire_drill.opening import drill_home
from benchmarks.fire_drill.steps import STEPS
from testkit.rtsp_camera import NoRtspServer

SHORT = (1, 2, 3, 4, 9, 10)
CALM_SEC = 2.0


@pytest.mark.slow
def test_what_does_not_wait_comes_as_it_is_documented(tmp_path: Path) -> None:
    try:
        with drill_home(tmp_path, tmp_path / "data", CALM_SEC) as home:
            steps = [step for step in STEPS if step.number in SHORT]
            seen = [found for step in steps for found in step.rehearse(home)]
    except NoRtspServer as missing:
        pytest.skip(str(missing))
    assert [it for it in seen if not it.is_right] == []
    assert len(seen) > 2 * len(SHORT)
