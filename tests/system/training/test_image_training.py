"""Needs torch: what a newcomer's machine skips and CI runs."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from modeling.perception.images.model import ImageModel  # noqa: E402
from modeling.perception.images.registry import TASKS  # noqa: E402
from modeling.training import run  # noqa: E402
from modeling.training.commands import train_image  # noqa: E402
from modeling.training.datasets.splits import deal  # noqa: E402
from modeling.training.export.formats import ExportError, torch_scores  # noqa: E402
from modeling.training.images import posture, training  # noqa: E402
from modeling.training.images.fit import drawing_weights, fit  # noqa: E402
from modeling.training.images.network import scorer  # noqa: E402
from modeling.training.images.recipes import RECIPES  # noqa: E402
from modeling.training.loop import make_repeatable  # noqa: E402
from modeling.training.runs.snapshots import Snapshot  # noqa: E402

pytestmark = pytest.mark.slow


def nothing(_=None):
    """A progress bar that nobody looks at."""


def interrupt_after(epochs):
    """Ctrl-C once so many epochs are done."""
    done = count(1)

    def on_epoch(_):
        if next(done) == epochs:
            raise KeyboardInterrupt

    return on_epoch


@pytest.fixture
def recipe(poses, monkeypatch):
    monkeypatch.setattr(posture, "DEFAULT_DATASET", poses)
    return RECIPES["posture"]


@pytest.fixture
def tiny(recipe):
    return replace(recipe.settings, epochs=2, pictures=16, batch_size=8)


@pytest.fixture
def pictures(recipe, tiny, recordings):
    return recipe.read(recordings, tiny, nothing)[0]


def weights(network):
    return torch.cat([tensor.flatten().float() for tensor in network.state_dict().values()])


def test_there_is_a_recipe_for_each_task():
    assert {name: recipe.task for name, recipe in RECIPES.items()} == dict(TASKS)


def test_no_group_is_on_both_sides_of_a_split(pictures):
    for held_out in deal(training.rooms_groups(pictures), 2, seed=0).values():
        learnt = set(pictures.without(held_out).groups)
        assert learnt
        assert not learnt & held_out


def test_every_group_of_a_class_is_drawn_alike(pictures):
    drawn = drawing_weights(pictures)
    lying = pictures.truth == 2
    shares = [drawn[lying & (pictures.groups == g)].sum() for g in np.unique(pictures.groups)]
    assert shares == pytest.approx([shares[0]] * 4)
    assert drawn.sum() == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_weights(pictures, recipe, tiny):
    make_repeatable()
    first, again = (fit(pictures, recipe, tiny, nothing) for _ in range(2))
    assert torch.equal(weights(first), weights(again))
    other = fit(pictures, recipe, replace(tiny, seed=1), nothing)
    assert not torch.equal(weights(first), weights(other))


def test_a_fit_that_was_stopped_ends_as_if_it_had_not_been(pictures, recipe, tiny, tmp_path):
    make_repeatable()
    snapshot = Snapshot(tmp_path / "fit.pt")
    with pytest.raises(KeyboardInterrupt):
        fit(pictures, recipe, tiny, interrupt_after(1), snapshot)
    torch.rand(7)  # somebody else draws in between
    resumed = fit(pictures, recipe, tiny, nothing, snapshot)
    assert torch.equal(weights(resumed), weights(fit(pictures, recipe, tiny, nothing)))


def test_an_export_that_scores_differently_is_refused(
    recordings, recipe, tiny, tmp_path, monkeypatch
):
    run = training.ImageTraining.of(recipe, replace(tiny, folds=2), recordings, tmp_path)
    said = scorer(recipe.network())
    (onnx,) = training.FORMATS
    off = replace(
        onnx,
        write=lambda *_: None,
        scorer=lambda _: lambda inputs: torch_scores(said, inputs) + np.float32(1e-3),
    )
    monkeypatch.setattr(training, "FORMATS", [off])
    with pytest.raises(ExportError, match=r"ONNX and torch differ by 1\.0e-03"):
        run._export(said, tmp_path)


def test_a_picture_and_its_mirror_image_are_scored_alike(pictures, recipe):
    said = scorer(recipe.network())
    mirrored = pictures.inputs[:, :, :, ::-1].copy()
    np.testing.assert_allclose(
        torch_scores(said, pictures.inputs), torch_scores(said, mirrored), atol=1e-5
    )


def test_the_command_trains_a_checkpoint_that_runs_and_describes_itself(
    urfd, tmp_path, tiny, recipe, monkeypatch
):
    monkeypatch.setattr(run, "dry_run", nothing_else)
    monkeypatch.setitem(RECIPES, "posture", replace(recipe, settings=tiny))
    out, data = tmp_path / "checkpoint", tmp_path / "data"
    places = ["--from", f"urfd={urfd}", "--out", str(out), "--data", str(data)]
    result = CliRunner().invoke(train_image.app, ["posture", *places, "--folds", "2"])
    assert result.exit_code == 0, result.output
    assert "macro mean" in result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "CARD.md", "manifest.json", "model.onnx", "weights.pt",
    ]  # fmt: skip
    model = ImageModel.load(TASKS["posture"], out)
    card = (out / "CARD.md").read_text()
    assert "CC BY-NC-SA 4.0" in card
    assert model.manifest.version in card
    assert model.manifest.weights_sha256 is not None  # another file's weights are refused
    assert model.manifest.metrics["groups"] == ["adl-01", "adl-24", "fall-01", "fall-13"]
    with np.load(data / "posture" / "predictions.npz") as said:
        assert said["probabilities"].shape == (4 * 24, 4)
        held_out = set(zip(said["clips"], said["folds"], strict=True))
        assert len(held_out) == 4
        assert {fold for _, fold in held_out} == {"fold-1", "fold-2"}


def test_a_folder_that_is_not_there_is_named_in_one_line(tmp_path):
    missing = ["--from", f"urfd={tmp_path / 'nowhere'}"]
    result = CliRunner().invoke(train_image.app, ["camera_health", *missing])
    assert result.exit_code == 1
    assert "error: cannot read" in result.output
    assert "Traceback" not in result.output


def nothing_else(*_):
    """A dry run that has been made."""
