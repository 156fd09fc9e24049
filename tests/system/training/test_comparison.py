"""Needs torch: the same processes train the network too."""

import multiprocessing
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from modeling.training.comparison.compare import compare, judge_protocol
from modeling.training.comparison.model_name import ModelName
from modeling.training.comparison.parallel_scores import (
    Fit,
    HeldOutError,
    Material,
    load_scores,
    save_scores,
    score_held_out,
)
from modeling.training.comparison.protocols import Protocol, ProtocolName, Split, make_protocol
from modeling.training.datasets.labels import FALL_AND_LYING
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.scoring import ScoredClip, score_clip
from modeling.training.evaluate.study import choose_thresholds

pytestmark = pytest.mark.slow

SETTINGS = TrainingSettings(folds=2, takes=1, epochs=1, hidden=4)
MODELS = [ModelName.LSTM, ModelName.LOGISTIC_REGRESSION, ModelName.GEOMETRIC_RULE]


def run(clips, folder, *, jobs=1, models=MODELS):
    protocol = make_protocol(ProtocolName.LEAVE_ONE_ROOM_OUT, clips, SETTINGS, with_test_only=True)
    return compare(clips, [protocol], models, SETTINGS, folder, jobs)


def told(studies):
    """All that was scored, chosen and told, bit by bit."""
    return [
        (
            study.model,
            clip.scored.labels.name,
            clip.thresholds,
            clip.outcome,
            [None if row is None else row.tobytes() for row in clip.scored.scores],
        )
        for study in studies
        for clip in study.clips
    ]


def files(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.npz")}


def test_the_number_of_processes_changes_nothing_and_a_stopped_run_goes_on(both_sources, tmp_path):
    alone = run(both_sources, tmp_path / "alone", jobs=1)
    assert [study.model for study in alone] == MODELS
    assert all(len(study.clips) == 9 for study in alone)

    stopped = tmp_path / "stopped"
    shutil.copytree(tmp_path / "alone", stopped)
    for path in stopped.rglob("lstm-*.npz"):
        path.unlink()
    finished = files(stopped)
    assert len(finished) == 12
    resumed = run(both_sources, stopped, jobs=2)
    assert told(resumed) == told(alone)
    assert len(files(stopped)) == 18
    assert finished.items() <= files(stopped).items()


def test_an_interrupted_run_leaves_no_process_and_keeps_what_is_finished(clips, tmp_path):
    names = tuple(clip.labels.name for clip in clips)
    examples = {clip.labels.name: ClipWindows.of(clip).examples() for clip in clips}
    material = Material({clip.labels.name: clip for clip in clips}, examples, SETTINGS)
    split = Split("hall", names[:6], names[6:])
    quick = Fit(ModelName.GEOMETRIC_RULE, split, tmp_path / "quick.npz")
    endless = replace(SETTINGS, epochs=10**6)
    slow = Fit(ModelName.LSTM, split, tmp_path / "slow.npz")

    def interrupt():
        raise KeyboardInterrupt

    before = multiprocessing.active_children()
    with pytest.raises(KeyboardInterrupt):
        score_held_out([quick, slow], replace(material, settings=endless), 1, interrupt)
    assert multiprocessing.active_children() == before
    assert [path.name for path in tmp_path.iterdir()] == ["quick.npz"]


def test_across_datasets_the_held_out_clips_have_no_say_in_the_threshold(both_sources):
    """Whatever their scores are, the threshold is that of the folds within the training part."""
    learnt, unseen = ("fall-0-cam0", "adl-0"), ("upfall-fall-0-cam0",)
    fold = Split("fold-1", learnt[:1], learnt[1:])
    across = Split("upfall", learnt, unseen)
    protocol = Protocol("urfd-to-upfall", ["urfd"], [across], {"upfall": [fold]})
    by_name = {clip.labels.name: clip for clip in both_sources}

    def scored(name, level):
        times = [tenth / 10 for tenth in range(50)]
        rows = [np.array([level * (2.0 <= t < 4.5), 0.0], dtype=np.float32) for t in times]
        return ScoredClip(by_name[name].labels, times, rows)

    known = [scored(learnt[1], 0.7)]
    for level in (0.0, 0.3, 0.95):
        scores = {
            (ModelName.LSTM, fold): known, (ModelName.LSTM, across): [scored(unseen[0], level)],
        }  # fmt: skip
        judged = judge_protocol(protocol, ModelName.LSTM, scores, FALL_AND_LYING, SETTINGS)
        assert [clip.scored.labels.name for clip in judged] == list(unseen)
        assert judged[0].thresholds == chosen(known)
    assert judged[0].thresholds["fall"] > 0.5
    assert chosen([scored(unseen[0], 0.95)]) != judged[0].thresholds


def chosen(clips):
    return choose_thresholds(clips, FALL_AND_LYING, SETTINGS.false_alarm_budget)


def test_scores_on_disk_are_those_that_were_saved(clips, tmp_path):
    def by_height(features):
        return features[:, -1, :2].copy()

    scored = [score_clip(by_height, ClipWindows.of(clip)) for clip in clips[:2]]
    save_scores(tmp_path / "scores.npz", scored)
    loaded = load_scores(tmp_path / "scores.npz", [ClipWindows.of(clip) for clip in clips[:2]])
    assert [clip.labels.name for clip in loaded] == ["fall-0-cam0", "fall-0-cam1"]
    for before, after in zip(scored, loaded, strict=True):
        assert after.times == before.times
        for row, same in zip(before.scores, after.scores, strict=True):
            np.testing.assert_array_equal(row, same)
    assert [path.name for path in tmp_path.iterdir()] == ["scores.npz"]


def test_damaged_scores_are_named(clips, tmp_path):
    (tmp_path / "scores.npz").write_bytes(b"PK torn")
    with pytest.raises(HeldOutError, match=r"scores\.npz is damaged: delete it"):
        load_scores(tmp_path / "scores.npz", [ClipWindows.of(clips[0])])


def test_when_the_command_is_killed_its_processes_end_too(dataset, tmp_path, eventually):
    arguments = ["--protocol", "leave-one-room-out", "--without-test-only", "--model", "lstm"]
    arguments += [
        "--epochs",
        "1000000",
        "--folds",
        "2",
        "--jobs",
        "1",
        "--out",
        str(tmp_path / "out"),
    ]
    command = [
        sys.executable,
        "-m",
        "modeling.training.commands.evaluate_lstm",
        "--dataset",
        str(dataset),
    ]
    with subprocess.Popen([*command, *arguments], start_new_session=True) as process:
        try:  # itself, the tracker of what it shares, and its worker
            eventually(lambda: len(processes_of(process.pid)) == 3, timeout=300)
        finally:
            process.kill()
    eventually(lambda: not processes_of(process.pid), timeout=300)


def processes_of(group):
    """The processes of a group."""
    listed = subprocess.run(["ps", "-eo", "pgid="], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.split() if line == str(group)]
