"""The analysis worker: what becomes of moments when answers come, come late, or never."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest

from agent.analysis_worker import MOST_PROBS, AnalysisFailed, AnalysisWorker
from agent.analyzer import AnalysisUnavailable, Analyzer
from agent.event_factory import EventFactory
from agent.fall_verifier import ABSENT, FallVerifier, Verification
from agent.outbox.outbox import Outbox
from contract.analysis import Analysis
from contract.events import (
    EVENT,
    FALL,
    OUT_OF_SIGHT,
    STILL_DOWN,
    AnyEvent,
    EventType,
    PictureVerdict,
    Start,
)
from contract.layout import JOINTS, WINDOW_LENGTH
from modeling.perception.incidents.watch import Watch
from modeling.perception.windows.windows import Moment, Window

MakeMoment = Callable[..., Moment]


@dataclass
class EchoAnalyzer:
    """The score of `fall` is a window's first number; `gate` holds the answers back."""

    name: str = "local"
    gate: threading.Event = field(default_factory=threading.Event)
    failure: Exception | None = None
    asked: list[float] = field(default_factory=list)

    def analyze(self, moment: Moment) -> list[Analysis]:
        scores = [float(window.joints[0, 0, 0]) for window in moment.windows]
        self.asked += scores
        self.gate.wait()
        if self.failure:
            raise self.failure
        return [analysis_of(score) for score in scores]


def analysis_of(score: float) -> Analysis:
    return Analysis(
        is_anomaly=score >= 0.5,
        normal_score=1 - score,
        anomaly_score=score,
        events=["fall"],
        scores=[score],
        thresholds=[0.5],
    )


@pytest.fixture
def analyzer() -> EchoAnalyzer:
    """Answers at once."""
    analyzer = EchoAnalyzer()
    analyzer.gate.set()
    return analyzer


LYING = Verification(PictureVerdict.CONFIRMED, "lying", 0.97)


@dataclass
class ScriptedVerifier:
    """Has one answer; `gate` holds it back."""

    answer: Verification = LYING
    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[float] = field(default_factory=list)

    def verify(self, time: float) -> Verification:
        self.asked.append(time)
        self.gate.wait()
        return self.answer


def worker_with(
    analyzer: Analyzer,
    outbox: Outbox,
    *,
    lossless: bool = True,
    capacity: int = 600,
    verifier: ScriptedVerifier | None = None,
) -> AnalysisWorker:
    factory = EventFactory("거실", epoch=1.8e9)
    return AnalysisWorker(
        analyzer,
        Watch(),
        factory,
        outbox,
        probs_sec=1.0,
        lossless=lossless,
        capacity=capacity,
        verifier=cast(FallVerifier, verifier),
    )


def told(outbox: Outbox) -> list[AnyEvent]:
    return [EVENT.validate_json(event.body) for event in outbox.oldest(10_000)]


def analyze_all(worker: AnalysisWorker, moments: list[Moment]) -> None:
    worker.start()
    for moment in moments:
        worker.put(moment)
    worker.finish()


def test_fall_is_reported_as_one_start_and_one_end_of_the_same_incident(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    scores = [0.0] * 20 + [1.0] * 15 + [0.0] * 20
    analyze_all(worker_with(analyzer, outbox), [make_moment(n, s) for n, s in enumerate(scores)])
    events = told(outbox)
    moves = [e for e in events if e.event_type in (EventType.START, EventType.END)]
    assert [(e.event_type, e.event) for e in moves] == [("START", "fall"), ("END", "fall")]
    start, end = moves
    assert start.incident_id is not None
    assert start.incident_id == end.incident_id
    assert start.event_id != end.event_id
    assert start.video_ts == pytest.approx(2.0, abs=0.5)
    assert end.duration_sec == pytest.approx(1.5, abs=0.5)
    assert end.ts - start.ts == pytest.approx(end.duration_sec)
    assert (start.state, end.state) == ("fall", "normal")
    seqs = [e.seq for e in events]
    assert seqs == sorted(seqs, key=lambda seq: seq or 0)


def test_fall_carries_what_its_picture_says_in_its_end_alone(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    verifier = ScriptedVerifier()
    verifier.gate.set()
    scores = [0.0] * 20 + [1.0] * 15 + [0.0] * 20
    worker = worker_with(analyzer, outbox, verifier=verifier)
    analyze_all(worker, [make_moment(n, s) for n, s in enumerate(scores)])
    start, end = moves(told(outbox))
    assert isinstance(start, Start)
    assert not start.model_extra
    assert (end.verdict, end.posture, end.posture_confidence) == ("confirmed", "lying", 0.97)
    assert verifier.asked == [end.video_ts]


def test_end_says_that_a_verdict_is_absent(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    verifier = ScriptedVerifier(ABSENT)
    verifier.gate.set()
    worker = worker_with(analyzer, outbox, verifier=verifier)
    analyze_all(worker, [make_moment(n, 1.0) for n in range(20)])
    end = moves(told(outbox))[-1]
    assert (end.verdict, end.posture, end.posture_confidence) == ("absent", None, None)


def test_without_a_verifier_nothing_is_said_of_a_picture(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    analyze_all(worker_with(analyzer, outbox), [make_moment(n, 1.0) for n in range(20)])
    named = {name for event in outbox.oldest(10_000) for name in json.loads(event.body)}
    assert "event" in named
    assert not named & {"verdict", "posture", "posture_confidence"}


def test_start_is_reported_before_anybody_looks_at_a_picture(
    outbox: Outbox,
    analyzer: EchoAnalyzer,
    make_moment: MakeMoment,
    eventually: Callable[..., Any],
) -> None:
    verifier = ScriptedVerifier()
    worker = worker_with(analyzer, outbox, verifier=verifier)
    worker.start()
    for number in range(20):
        worker.put(make_moment(number, 1.0))
    eventually(lambda: [e.event_type for e in moves(told(outbox))] == ["START"])
    for number in range(20, 40):
        worker.put(make_moment(number, 0.0))
    eventually(lambda: verifier.asked)
    assert [e.event_type for e in moves(told(outbox))] == ["START"]
    verifier.gate.set()
    worker.finish()
    assert [e.event_type for e in moves(told(outbox))] == ["START", "END"]


def test_event_that_is_open_at_the_finish_gets_its_end(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    analyze_all(worker_with(analyzer, outbox), [make_moment(n, 1.0) for n in range(20)])
    start, end = [e for e in told(outbox) if e.event_type is not EventType.PROBS]
    assert (start.event_type, end.event_type) == (EventType.START, EventType.END)
    assert end.incident_id == start.incident_id
    assert (end.video_ts, end.frame_idx) == (1.9, 57)


def moves(events: list[AnyEvent]) -> list[AnyEvent]:
    return [e for e in events if e.event_type in (EventType.START, EventType.END)]


HEIGHTS = {
    "nose": 0.2, "shoulder": 0.3, "elbow": 0.4, "wrist": 0.5, "hip": 0.5, "knee": 0.65, "ankle": 0.8
}  # fmt: skip


def fall_and_then(seconds: float, moment: Callable[[int], Moment]) -> list[Moment]:
    """Two quiet seconds, a fall of one, and then the moments that `moment` makes."""
    scores = [0.0] * 20 + [1.0] * 10
    fall = [scored_moment(n, score) for n, score in enumerate(scores)]
    return fall + [moment(n) for n in range(30, 30 + round(seconds * 10))]


def scored_moment(number: int, score: float, *, is_upright: bool = False) -> Moment:
    joints = np.ones((WINDOW_LENGTH, len(JOINTS), 3), dtype=np.float32)
    heights = [HEIGHTS[name.split("_")[-1]] for name in JOINTS]
    joints[..., 0] = 0.5 if is_upright else heights
    joints[..., 1] = heights if is_upright else 0.8
    joints[0, 0, 0] = score
    return Moment(number / 10, number * 3, 4 / 3, (Window(1, joints, 4 / 3),))


def test_person_who_stays_down_after_a_fall_is_an_incident_of_its_own(
    outbox: Outbox, analyzer: EchoAnalyzer
) -> None:
    moments = fall_and_then(20.0, lambda n: scored_moment(n, 0.0))
    analyze_all(worker_with(analyzer, outbox), moments)
    fall, fall_end, down = moves(told(outbox))
    assert [(e.event_type, e.event) for e in (fall, fall_end, down)] == [
        ("START", FALL),
        ("END", FALL),
        ("START", STILL_DOWN),
    ]
    assert fall.incident_id == fall_end.incident_id != down.incident_id
    assert down.duration_sec == pytest.approx(15.0, abs=0.11)
    assert down.ts - fall_end.ts == pytest.approx(down.duration_sec)
    assert (down.state, down.prob) == (STILL_DOWN, fall_end.prob)
    assert told(outbox)[-1].state == STILL_DOWN  # the scores' too


def test_person_who_gets_up_at_last_ends_the_incident(
    outbox: Outbox, analyzer: EchoAnalyzer
) -> None:
    down = fall_and_then(20.0, lambda n: scored_moment(n, 0.0))
    up = [scored_moment(len(down) + n, 0.0, is_upright=True) for n in range(20)]
    analyze_all(worker_with(analyzer, outbox), down + up)
    *_, start, end = moves(told(outbox))
    assert (end.event_type, end.event, end.state) == ("END", STILL_DOWN, "normal")
    assert end.incident_id == start.incident_id
    assert end.duration_sec == pytest.approx(20.5, abs=1.0)


def test_person_who_is_lost_from_sight_is_reported_as_such(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    moments = fall_and_then(20.0, lambda n: make_moment(n, None))
    analyze_all(worker_with(analyzer, outbox), moments)
    down = moves(told(outbox))[-1]
    assert (down.event_type, down.event) == ("START", STILL_DOWN)
    assert down.state == f"{STILL_DOWN}+{OUT_OF_SIGHT}"


def test_person_who_stays_down_is_reported_although_nothing_is_analyzed_any_more(
    outbox: Outbox, analyzer: EchoAnalyzer, eventually: Callable[..., Any]
) -> None:
    moments = fall_and_then(20.0, lambda n: scored_moment(n, 0.0))
    worker = worker_with(analyzer, outbox)
    worker.start()
    for moment in moments[:30]:
        worker.put(moment)
    eventually(lambda: len(analyzer.asked) == 30 and moves(told(outbox)))
    analyzer.failure = AnalysisUnavailable("it answers 503")
    for moment in moments[30:]:
        worker.put(moment)
    worker.finish()
    assert [e.event for e in moves(told(outbox))] == [FALL, FALL, STILL_DOWN]


def test_scores_are_reported_once_a_second(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    analyze_all(worker_with(analyzer, outbox), [make_moment(n, 0.25) for n in range(31)])
    probs = told(outbox)
    assert {e.event_type for e in probs} == {EventType.PROBS}
    assert [e.video_ts for e in probs] == [0.0, 1.0, 2.0, 3.0]
    assert probs[-1].probs == {"fall": pytest.approx(0.25, abs=0.01)}
    assert (probs[-1].top_event, probs[-1].top_prob) == ("fall", probs[-1].probs["fall"])


def test_fall_of_one_of_two_names_the_person_and_so_do_the_scores_of_both(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    scores = [0.0] * 20 + [1.0] * 15 + [0.0] * 20
    moments = [make_moment(n, 0.125, score) for n, score in enumerate(scores)]
    analyze_all(worker_with(analyzer, outbox), moments)
    assert [(e.event_type, e.event, e.person) for e in told(outbox)] == [
        ("START", "fall", 2),
        ("END", "fall", 2),
    ]
    outbox.confirm(outbox.oldest(10))  # scores wait until incidents are told
    during = [e for e in told(outbox) if e.video_ts == 3.0]
    assert [(e.person, e.state) for e in during] == [(2, "fall"), (1, "normal")]


def test_two_who_fall_together_are_two_incidents(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    scores = [0.0] * 20 + [1.0] * 15 + [0.0] * 20
    moments = [make_moment(n, score, score) for n, score in enumerate(scores)]
    analyze_all(worker_with(analyzer, outbox), moments)
    by_person = {1: set[str | None](), 2: set[str | None]()}
    for event in moves(told(outbox)):
        by_person[event.person or 0].add(event.incident_id)
    assert [len(ids) for ids in by_person.values()] == [1, 1]
    assert by_person[1] != by_person[2]


def test_of_a_crowd_the_highest_scores_alone_are_reported(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    crowd = [person / 64 for person in range(1, 31)]
    analyze_all(worker_with(analyzer, outbox), [make_moment(n, *crowd) for n in range(15)])
    probs = [e for e in told(outbox) if e.event_type is EventType.PROBS]
    assert [(e.video_ts, e.person) for e in probs] == [
        (second, person) for second in (0.0, 1.0) for person in range(30, 30 - MOST_PROBS, -1)
    ]


def test_moment_that_shows_nobody_asks_nobody(
    outbox: Outbox, analyzer: EchoAnalyzer, make_moment: MakeMoment
) -> None:
    analyze_all(worker_with(analyzer, outbox), [make_moment(n, None) for n in range(30)])
    assert (analyzer.asked, told(outbox)) == ([], [])


def test_file_loses_no_moment_however_late_the_answers_are(
    outbox: Outbox, make_moment: MakeMoment, eventually: Callable[..., Any]
) -> None:
    analyzer, moments = EchoAnalyzer(), [make_moment(n, n / 2048) for n in range(60)]
    worker = worker_with(analyzer, outbox, capacity=20)
    reading = threading.Thread(target=analyze_all, args=(worker, moments))
    reading.start()
    eventually(lambda: analyzer.asked)
    reading.join(0.3)
    assert reading.is_alive()  # the file waits for the answers
    analyzer.gate.set()
    reading.join(10.0)
    assert analyzer.asked == [n / 2048 for n in range(60)]


def test_camera_never_waits_and_loses_the_oldest_moments(
    outbox: Outbox,
    make_moment: MakeMoment,
    eventually: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    analyzer = EchoAnalyzer()
    worker = worker_with(analyzer, outbox, lossless=False, capacity=20)
    worker.start()
    worker.put(make_moment(0, 0.0))
    eventually(lambda: analyzer.asked)  # its answer does not come
    for number in range(1, 41):
        worker.put(make_moment(number, number / 2048))
    analyzer.gate.set()
    worker.finish()
    newest = [number / 2048 for number in range(21, 41)]
    assert analyzer.asked == [0.0, *newest]
    assert len(caplog.records) == 1  # not one line for each moment


def test_crash_of_the_analysis_ends_the_main_loop_and_its_reason_is_logged(
    outbox: Outbox,
    analyzer: EchoAnalyzer,
    make_moment: MakeMoment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    analyzer.failure = RuntimeError("the detector broke")
    worker = worker_with(analyzer, outbox)

    def watch_forever() -> None:
        while True:
            worker.put(make_moment(0))

    worker.start()
    with pytest.raises(AnalysisFailed, match="the analysis has stopped: the detector broke"):
        watch_forever()
    with pytest.raises(AnalysisFailed):
        worker.finish()
    assert "the detector broke" in caplog.text


def test_missing_analyses_are_reported_once_and_so_is_their_return(
    outbox: Outbox,
    analyzer: EchoAnalyzer,
    make_moment: MakeMoment,
    caplog: pytest.LogCaptureFixture,
    eventually: Callable[..., Any],
) -> None:
    caplog.set_level(logging.INFO, logger="agent")
    analyzer.failure = AnalysisUnavailable("it answers 503")
    worker = worker_with(analyzer, outbox)
    worker.start()
    for number in range(20):
        worker.put(make_moment(number))
    eventually(lambda: len(analyzer.asked) == 20)
    assert told(outbox) == []
    analyzer.failure = None
    worker.put(make_moment(20))
    worker.finish()
    warning, info = caplog.records
    assert "it answers 503" in warning.message
    assert (warning.levelname, info.levelname) == ("WARNING", "INFO")
    assert [e.event_type for e in told(outbox)] == [EventType.PROBS]


def test_impatient_finish_passes_over_what_waits_and_still_ends_what_is_open(
    outbox: Outbox,
    analyzer: EchoAnalyzer,
    make_moment: MakeMoment,
    eventually: Callable[..., Any],
) -> None:
    worker = worker_with(analyzer, outbox)
    worker.start()
    for number in range(20):
        worker.put(make_moment(number, 1.0))
    eventually(lambda: moves(told(outbox)) and len(analyzer.asked) == 20)
    analyzer.gate.clear()
    for number in range(20, 40):
        worker.put(make_moment(number, 0.25))
    eventually(lambda: 0.25 in analyzer.asked)
    threading.Timer(0.05, analyzer.gate.set).start()
    worker.finish(patience_sec=0.0)
    assert analyzer.asked.count(0.25) == 1
    assert [e.event_type for e in moves(told(outbox))] == ["START", "END"]
