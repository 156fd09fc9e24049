"""The one run, with a model that only notes what it was given to learn from."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from pydantic import BaseModel

pytest.importorskip("torch")

from modeling.training import run
from modeling.training.datasets.examples import Examples, SplitError
from modeling.training.loop import Epoch
from modeling.training.runs.snapshots import Snapshot
from modeling.training.settings import LoopSettings

SETTINGS = LoopSettings(epochs=2)


class Said(BaseModel):
    """A manifest."""

    groups: dict[str, list[str]]


@dataclass
class Noting:
    """A model that is fitted by noting the groups of its examples."""

    examples: Examples
    splits: dict[str, frozenset[str]]
    settings: LoopSettings = SETTINGS
    name: str = "noting"
    code: tuple[str, ...] = ("modeling.training.settings",)
    snapshots: list[Snapshot] = field(default_factory=list)

    def fit(self, examples, _held_out, on_epoch, snapshot):
        on_epoch(Epoch(1, 0.5))
        snapshot.save({"epoch": 1})
        self.snapshots.append(snapshot)
        return sorted(set(examples.groups.tolist()))

    def save(self, fitted, validated, folder):
        (folder / "weights").write_text("new")
        return Said(groups={"all": fitted, **validated})


@pytest.fixture
def noting():
    examples = Examples(np.array(["a", "b", "a", "c", "b"]))
    return Noting(examples, {"one": frozenset("a"), "other": frozenset("bc")})


def train(noting, folder):
    return run.resume_or_start(noting, folder / "out", folder / "kept", print, fresh=False)


def test_each_split_learns_from_all_but_what_it_holds_out_and_the_last_fit_from_all(
    noting, tmp_path
):
    said = train(noting, tmp_path)
    assert said.groups == {"all": ["a", "b", "c"], "one": ["b", "c"], "other": ["a"]}
    assert [snapshot.path.name for snapshot in noting.snapshots] == [
        "one.pt", "other.pt", "all.pt",
    ]  # fmt: skip


def test_the_files_are_there_in_the_end_and_what_a_stopped_run_needs_is_gone(noting, tmp_path):
    train(noting, tmp_path)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "manifest.json", "weights",
    ]  # fmt: skip
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_run_that_fails_replaces_nothing_and_keeps_what_was_learnt(noting, tmp_path):
    def fails(*_):
        raise OSError("the disk is full")

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "weights").write_text("old")
    noting.save = fails
    with pytest.raises(OSError, match="full"):
        train(noting, tmp_path)
    assert [path.read_text() for path in (tmp_path / "out").iterdir()] == ["old"]
    assert len(list((tmp_path / "kept").rglob("*.pt"))) == 3


def test_a_dry_run_keeps_nothing(noting, tmp_path, monkeypatch):
    scratch = []

    def brief(folder):
        scratch.append(folder)
        return noting

    assert run.dry_run(brief).groups["all"] == ["a", "b", "c"]
    assert not scratch[0].exists()


def test_a_split_that_leaves_nothing_to_learn_from_is_refused(noting):
    with pytest.raises(SplitError, match="on both sides"):
        noting.examples.without({"a", "b", "c"})
