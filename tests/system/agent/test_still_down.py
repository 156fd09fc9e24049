"""`run-agent` watching somebody who does not get up: two memos, in their order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.labels import ClipLabels
from modeling.training.detectors.augmentation.time import hold_end

RunAgent = Callable[..., tuple[int, list[str]]]


def test_person_who_stays_down_after_a_fall_is_reported_twice(
    server: Any,
    sandbox: Any,
    run_agent: RunAgent,
    recording: Path,
    tmp_path: Path,
    eventually: Callable[..., Any],
) -> None:
    labels = ClipLabels(name="c", group="c", room="hall", view="cam0", source="test", spans=())
    clip = LabelledClip(labels, PoseTrack.load(recording))
    hold_end(clip, 20.0).track.save(tmp_path / "stays_down.npz")
    status, said = run_agent("--backend-url", server.url, source=tmp_path / "stays_down.npz")
    assert status == 0, said
    moves = [e for e in server.records() if e.get("event") in ("fall", "still_down")]
    assert [(e["event_type"], e["event"]) for e in moves] == [
        ("START", "fall"),
        ("END", "fall"),
        ("START", "still_down"),
    ]
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 2)
    fall, still_down = sandbox.texts()
    assert fall.startswith("낙상 (넘어짐) 감지 - 거실")
    assert still_down.startswith("넘어진 뒤 일어나는 모습이 보이지 않음 - 거실")
    assert "누워 계신 것으로 보입니다." in still_down
