"""Needs torch: jobs of training as their worker carries them out."""

import json
from io import StringIO
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from contract.datasets import DatasetKind  # noqa: E402
from contract.jobs import MESSAGE, Measured, Progress  # noqa: E402
from contract.training import TrainingOrder, TrainingResult  # noqa: E402
from modeling.perception.carried.talk import Talk  # noqa: E402
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT, ONNX_NAME  # noqa: E402
from modeling.perception.detector.detector import Detector  # noqa: E402
from modeling.perception.images.model import ImageModel  # noqa: E402
from modeling.perception.images.registry import task_in  # noqa: E402
from modeling.training.carried import train  # noqa: E402
from modeling.training.carried.train import REFUSALS  # noqa: E402
from modeling.training.datasets.clips import load_dataset, save_labels  # noqa: E402
from modeling.training.detectors import training as detectors  # noqa: E402
from modeling.training.loop import Epoch  # noqa: E402
from testkit.carried_training import (  # noqa: E402
    carrier_of,
    carry_out,
    is_epoch,
    result_of,
    training_job,
)
from testkit.known_datasets import manifest_of  # noqa: E402
from testkit.labelled_pictures import LABELS, write_pictures  # noqa: E402
from testkit.versions import open_versions, register  # noqa: E402

TINY = {"folds": 2, "takes": 1, "epochs": 2, "hidden": 8, "networks": 2, "batch_size": 64}
FEW = {"folds": 2, "epochs": 3, "pictures": 48, "batch_size": 16}
TRACKS, PICTURES, CLIPS = DatasetKind.TRACKS, DatasetKind.PICTURES, DatasetKind.CLIPS


def weights_in(folder):
    return (folder / "checkpoint" / "weights.pt").read_bytes()


def undisturbed(carrier, job, folder):
    """The same job from beginning to end, here."""
    folder.mkdir()
    order, said = Path(carrier.command(job, folder)[-1]), StringIO()
    train.carry_out(TrainingOrder.model_validate_json(order.read_bytes()), folder, Talk(said))
    return [MESSAGE.validate_json(line) for line in said.getvalue().splitlines()]


def killed_and_taken_up_again(carrier, job, folder, until):
    """What the job's process gave after it was killed at a message, and started again."""
    folder.mkdir()
    carry_out(carrier.command(job, folder), until)
    assert not (folder / "checkpoint").exists()
    return carrier.keep(job, folder, result_of(carry_out(carrier.command(job, folder))))


def losses_of(said):
    found = [message.metric for message in said if isinstance(message, Measured)]
    return {(metric.fit, metric.name, metric.epoch): metric.value for metric in found}


@pytest.mark.slow
def test_a_detector_that_was_killed_ends_with_the_weights_of_one_that_was_not(dataset, tmp_path):
    job, carrier = training_job(tmp_path, "fall-lstm", TINY), carrier_of(tmp_path, TRACKS, dataset)
    said = undisturbed(carrier, job, tmp_path / "whole")
    result = killed_and_taken_up_again(carrier, job, tmp_path / "killed", is_epoch("fold-2", 1))
    assert weights_in(tmp_path / "killed") == weights_in(tmp_path / "whole")
    checkpoint = tmp_path / "killed" / "checkpoint"
    assert result["version"] == Detector.load(checkpoint).manifest.version
    assert (checkpoint / "CARD.md").is_file()
    assert losses_of(said).keys() == {
        *(("all", "loss", epoch) for epoch in (1, 2)),
        *(
            (fold, name, epoch)
            for fold in ("fold-1", "fold-2")
            for name in ("loss", "held_out_loss")
            for epoch in (1, 2)
        ),
    }
    assert {m.doing for m in said if isinstance(m, Progress)} == {
        "preparing", "validating", "fitting",
    }  # fmt: skip


def test_own_labels_are_learnt(photos, tmp_path):
    job, carrier = training_job(tmp_path, "pictures", FEW), carrier_of(tmp_path, PICTURES, photos)
    undisturbed(carrier, job, tmp_path / "whole")
    made = json.loads((tmp_path / "whole" / "result.json").read_bytes())
    result = carrier.keep(job, tmp_path / "whole", made)
    checkpoint = tmp_path / "whole" / "checkpoint"
    model = ImageModel.load(task_in(checkpoint), checkpoint)
    assert (model.manifest.version, model.task.labels) == (result["version"], LABELS)
    assert "문 열림" in (checkpoint / "CARD.md").read_text()
    assert result["figures"]["pictures"] > 0


@pytest.mark.parametrize("recipe", ["fall-lstm", "pictures"])
def test_a_training_goes_on_from_a_version_but_is_not_judged_by_what_that_had_learnt_from(
    dataset, photos, tmp_path, monkeypatch, recipe
):
    monkeypatch.setattr(detectors, "FORMATS", detectors.FORMATS[1:])  # ONNX takes seconds
    kind, data = (TRACKS, dataset) if recipe == "fall-lstm" else (PICTURES, photos)
    settings = TINY if recipe == "fall-lstm" else FEW
    first = training_job(tmp_path, recipe, settings)
    before = undisturbed(carrier_of(tmp_path, kind, data), first, tmp_path / "first")
    checkpoint = tmp_path / "first" / "checkpoint"
    version = read_version(checkpoint)

    carrier = carrier_of(tmp_path, kind, data)
    (checkpoint / ONNX_NAME).touch()
    register(open_versions(tmp_path), checkpoint, "one", recipe)
    onward = training_job(tmp_path, recipe, settings | {"epochs": 1}, base_id="one")
    after = undisturbed(carrier, onward, tmp_path / "onward")
    assert read_version(tmp_path / "onward" / "checkpoint") != version
    card = (tmp_path / "onward" / "checkpoint" / "CARD.md").read_text()
    assert f"went on from the weights of version {version}" in card
    new, on = losses_of(before), losses_of(after)
    assert on["all", "loss", 1] < new["all", "loss", 1]
    assert on["fold-1", "held_out_loss", 1] > new["fold-1", "held_out_loss", settings["epochs"]]


def test_a_result_that_was_not_kept_yet_is_given_again(dataset, tmp_path):
    given = TrainingResult(version="7", checkpoint="checkpoint", figures={})
    (tmp_path / "result.json").write_text(given.model_dump_json())
    order = order_of(TRACKS, dataset, "fall-lstm", TINY)
    assert train.carry_out(order, tmp_path, Talk(StringIO())) == given


def read_version(checkpoint):
    return json.loads((checkpoint / "manifest.json").read_bytes())["version"]


def order_of(kind, data, recipe, settings, **more):
    given = {"kind": kind, "folder": data.name, "files": manifest_of(kind, data).files}
    order = {"recipe": recipe, "settings": settings, "datasets": [given], **more}
    return TrainingOrder.model_validate(order)


def refusal(order, root):
    with pytest.raises(REFUSALS) as refused:
        train.carry_out(order, root, Talk(StringIO()))
    return str(refused.value)


def only(dataset, groups):
    clips = [clip.labels for clip in load_dataset(dataset) if clip.labels.group in groups]
    save_labels(dataset, clips)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({"adl-0", "adl-1"}, "2 clips with falls of 0 groups, expected falls of at least 2"),
        ({"fall-0", "adl-0"}, "3 clips with falls of 1 groups, expected falls of at least 2"),
    ],
)
def test_too_few_falls_are_refused(dataset, tmp_path, groups, said):
    only(dataset, groups)
    assert said in refusal(order_of(TRACKS, dataset, "fall-lstm", TINY), tmp_path)


def test_more_folds_than_groups_are_refused(dataset, tmp_path):
    said = refusal(order_of(TRACKS, dataset, "fall-lstm", TINY | {"folds": 20}), tmp_path)
    assert "6 groups cannot be split into 20 folds, expected" in said


def test_a_loss_that_is_no_number_is_refused():
    with pytest.raises(REFUSALS, match="loss of all is no number after epoch 3, expected a lower"):
        train.tell(Talk(StringIO()), "all", Epoch(3, float("nan")))


def test_a_base_of_another_size_is_refused(dataset, tmp_path):
    order = order_of(TRACKS, dataset, "fall-lstm", TINY, base=str(DEFAULT_CHECKPOINT))
    assert "networks 4 and hidden 48, expected the settings to say the same" in refusal(
        order, tmp_path
    )


def test_pictures_of_one_label_are_refused(tmp_path):
    photos = write_pictures(tmp_path / "photos", ("문",))
    said = refusal(order_of(PICTURES, photos, "pictures", FEW), tmp_path)
    assert "1 labels (문), expected pictures of at least 2" in said


def test_a_label_that_is_one_scene_alone_is_refused(photos, tmp_path):
    for number in range(1, 6):
        (photos / LABELS[0] / f"{number}.jpg").write_bytes(
            (photos / LABELS[0] / "0.jpg").read_bytes()
        )
    said = refusal(order_of(PICTURES, photos, "pictures", FEW), tmp_path)
    assert "문 닫힘 has 6 pictures of 1 scenes, expected at least 2" in said


def test_labels_that_are_no_postures_are_refused(photos, tmp_path):
    said = refusal(order_of(PICTURES, photos, "posture", FEW), tmp_path)
    assert "is labelled 문 닫힘, expected one of upright, transition, lying, nobody" in said


def test_a_picture_that_is_cut_off_is_named(photos, tmp_path):
    there = photos / LABELS[0] / "3.jpg"
    there.write_bytes(there.read_bytes()[:700])
    said = refusal(order_of(PICTURES, photos, "pictures", FEW), tmp_path)
    assert f"{LABELS[0]}/3.jpg" in said


def test_clips_without_labels_are_no_clips(photos, tmp_path):
    said = refusal(order_of(CLIPS, photos, "camera_health", FEW), tmp_path)
    assert "expected videos" in said
