from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

from modeling.training.detectors.settings import TrainingSettings
from modeling.training.runs.code_digest import scoring_inputs, sources


@pytest.fixture(scope="module")
def behind_a_score():
    return {path.name for path in sources("modeling.training.comparison.models")}


def test_all_code_from_pose_to_score_counts(behind_a_score):
    assert behind_a_score >= {
        "layout.py", "features.py", "windows.py", "labels.py", "clips.py", "recipe.py",
        "viewpoint.py", "network.py", "fit.py", "baselines.py", "rule.py",
    }  # fmt: skip


def test_what_is_made_of_a_score_does_not_count(behind_a_score):
    assert not behind_a_score & {"event_machine.py", "threshold.py", "by_event.py", "pages.py"}


def test_the_key_changes_with_settings_and_with_any_label(clips):
    first, *rest = clips
    relabelled = replace(first, labels=first.labels.model_copy(update={"spans": ()}))
    settings = TrainingSettings()
    keys = {
        scoring_inputs(clips, settings).key,
        scoring_inputs(clips, replace(settings, seed=1)).key,
        scoring_inputs([relabelled, *rest], settings).key,
    }
    assert len(keys) == 3
    assert scoring_inputs(clips, settings).key in keys


def test_a_module_s_sources_are_its_own_and_what_it_imports():
    paths = sources("modeling.training.comparison.rule")
    assert {Path(path).name for path in paths} == {"rule.py", "layout.py"}
