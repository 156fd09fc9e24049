import pytest

torch = pytest.importorskip("torch")

from modeling.training.detectors.settings import TrainingSettings  # noqa: E402
from modeling.training.runs.inputs import Inputs  # noqa: E402
from modeling.training.runs.snapshots import (  # noqa: E402
    Snapshot,
    SnapshotError,
    Snapshots,
    start_line,
)


@pytest.fixture
def inputs():
    return Inputs.of("some", TrainingSettings(folds=3), ["modeling.training.settings"], "examples")


def test_a_run_without_snapshots_starts_anew(tmp_path, inputs):
    line = start_line(tmp_path, inputs, fresh=False)
    assert line == f"starts from the beginning: no stopped run is kept in {tmp_path}"


def test_a_stopped_run_goes_on(tmp_path, inputs):
    snapshots = Snapshots.open(tmp_path, inputs)
    snapshots.of("fold-1").save({"epoch": 3})
    assert start_line(tmp_path, inputs, fresh=False).startswith("goes on where it was stopped")
    assert Snapshots.open(tmp_path, inputs).of("fold-1").load() == {"epoch": 3}
    assert Snapshots.open(tmp_path, inputs).of("fold-2").load() is None


def test_changed_examples_start_from_the_beginning_and_say_so(tmp_path, inputs):
    Snapshots.open(tmp_path, inputs).of("fold-1").save({"epoch": 3})
    changed = inputs.model_copy(update={"examples": "others"})
    line = start_line(tmp_path, changed, fresh=False)
    assert (
        line == "starts from the beginning: changed since the last run that was stopped: examples"
    )
    assert Snapshots.open(tmp_path, changed).of("fold-1").load() is None
    assert Snapshots.open(tmp_path, inputs).of("fold-1").load() == {"epoch": 3}


def test_every_part_that_changed_is_named(tmp_path, inputs):
    Snapshots.open(tmp_path, inputs)
    changed = inputs.model_copy(update={"settings": {}, "held_out": {"fold-1": ["a"]}})
    line = start_line(tmp_path, changed, fresh=False)
    assert line.endswith("stopped: settings, held out")


def test_a_fresh_run_forgets_what_was_learnt(tmp_path, inputs):
    Snapshots.open(tmp_path, inputs).of("fold-1").save({"epoch": 3})
    assert start_line(tmp_path, inputs, fresh=True) == "starts from the beginning, as --fresh says"
    assert Snapshots.open(tmp_path, inputs, fresh=True).of("fold-1").load() is None


def test_a_run_that_is_done_leaves_nothing(tmp_path, inputs):
    snapshots = Snapshots.open(tmp_path, inputs)
    snapshots.of("fold-1").save({"epoch": 3})
    snapshots.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_snapshot_is_reported_with_the_way_out(tmp_path):
    path = tmp_path / "fold-1.pt"
    Snapshot(path).save({"epoch": 3})
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(
        SnapshotError, match=r"fold-1\.pt is damaged: start from the beginning with --fresh"
    ):
        Snapshot(path).load()


def test_a_snapshot_that_holds_code_is_not_loaded(tmp_path):
    torch.save({"epoch": tmp_path}, tmp_path / "fold-1.pt")
    with pytest.raises(SnapshotError, match="damaged"):
        Snapshot(tmp_path / "fold-1.pt").load()


def test_a_save_that_breaks_off_leaves_the_last_snapshot(tmp_path):
    snapshot = Snapshot(tmp_path / "fold-1.pt")
    snapshot.save({"epoch": 3})
    with pytest.raises(AttributeError):
        snapshot.save({"epoch": 4, "network": lambda: None})
    assert snapshot.load() == {"epoch": 3}
