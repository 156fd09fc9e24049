"""Needs torch: what the data sets of an order become, before anything is learnt from them."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from backend.training.carrier import TrainingCarrier
from backend.training.errors import WrongMaterial
from common.progress import heard_by
from contract.datasets import DatasetFile, DatasetKind
from contract.training import GivenDataset, TrainingOrder
from modeling.training.carried.material import clips_of, pictures_of
from modeling.training.carried.train import RECIPES
from testkit.carried_training import carrier_of, training_job
from testkit.known_datasets import KnownDatasets, manifest_of
from testkit.labelled_pictures import write_pictures
from testkit.tiny_urfd import write_clip
from testkit.training_clips import write_generated
from testkit.versions import open_versions

CVAT = """\
<annotations><version>1.1</version><track id="0" label="fall">
<box frame="12" outside="0"></box><box frame="17" outside="1"></box></track></annotations>
"""
TRACKS, CLIPS, PICTURES = DatasetKind.TRACKS, DatasetKind.CLIPS, DatasetKind.PICTURES


def given(folder, kind):
    return GivenDataset(kind=kind, folder=folder.name, files=manifest_of(kind, folder).files)


def order_of(recipe, *datasets, settings=None, **more):
    return TrainingOrder(recipe=recipe, settings=settings or {}, datasets=datasets, **more)


@pytest.fixture
def videos(tmp_path):
    """Three generated clips, each with its labels beside it."""
    folder = tmp_path / "videos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in ("hall", "kitchen", "stairs"):
        write_clip(folder / f"{name}.mp4", rng)
        (folder / f"{name}.xml").write_text(CVAT)
    return folder


def test_several_data_sets_are_learnt_from_together_and_of_a_subset_only_its_tracks(tmp_path):
    for name in ("ours", "more", "project"):
        write_generated(tmp_path / name, groups=2)
    ours = given(tmp_path / "ours", TRACKS)
    some = ours.model_copy(update={"files": [f for f in ours.files if "fall-0" in f.path]})
    more = given(tmp_path / "more", TRACKS)
    order = order_of("fall-lstm", some, more, project_data=("project",))
    assert [clip.labels.name for clip in clips_of(order, tmp_path)] == [
        *("fall-0", "adl-1", "fall-2", "adl-3"), "fall-0", *("fall-0", "adl-1", "fall-2", "adl-3"),
    ]  # fmt: skip


def test_videos_become_clips_with_progress_and_are_extracted_once(videos, tmp_path):
    heard = []
    order = order_of("fall-lstm", given(videos, CLIPS))
    with heard_by(lambda *step: heard.append(step)):
        clips = clips_of(order, tmp_path)
    assert heard == [("extracting poses", number, 3) for number in (1, 2, 3)]
    assert [clip.labels.name for clip in clips] == ["hall", "kitchen", "stairs"]
    assert clips[0].labels.falls[0].start == pytest.approx(12 / 30, abs=0.01)
    assert clips[0].labels.source == "cvat"
    extracted = tmp_path / "videos-extracted" / "tracks" / "hall.npz"
    before = extracted.stat().st_mtime_ns
    clips_of(order, tmp_path)
    assert extracted.stat().st_mtime_ns == before


def test_camera_health_learns_from_any_videos(videos, tmp_path):
    settings = {"folds": 3, "takes": 1, "pictures": 8}
    order = order_of("camera_health", given(videos, CLIPS), settings=settings)
    training = RECIPES["camera_health"](order, tmp_path)
    assert sorted(map(sorted, training.splits.values())) == [["hall"], ["kitchen"], ["stairs"]]
    assert set(training.examples.truth) >= {0, 2, 3, 4}


@pytest.mark.slow
def test_postures_are_learnt_from_labelled_pictures(tmp_path):
    labels = ("upright", "transition", "lying", "nobody")
    photos = write_pictures(tmp_path / "photos", labels, each=3)
    settings = {"folds": 2, "epochs": 1, "pictures": 16, "batch_size": 8}
    order = order_of("posture", given(photos, PICTURES), settings=settings)
    training = RECIPES["posture"](order, tmp_path)
    epochs = []
    training.fit(training.examples, None, epochs.append, None)
    assert len(epochs) == 1
    assert epochs[0].loss > 0.0


def test_a_picture_teaches_by_one_label_and_its_group_is_what_was_given_or_a_day():
    def file(path, labels, **known):
        return DatasetFile(path=path, sha256="0" * 64, size=1, labels=labels, **known)

    files = (
        file("a.jpg", ("stove",), group="evening", camera_id="hall", date="2026-11-01"),
        file("b.jpg", ("stove",), camera_id="hall", date="2026-11-01"),
        file("c.jpg", ("stove",), date="2026-11-01"),
        file("d.jpg", ("stove", "door")),
        file("labels.json", ()),
    )
    order = order_of("pictures", GivenDataset(kind=PICTURES, folder="data", files=files))
    found = pictures_of(order, Path("/job"))
    assert [(picture.name, picture.group) for picture in found] == [
        ("a.jpg", "evening"), ("b.jpg", "hall 2026-11-01"), ("c.jpg", None),
    ]  # fmt: skip
    assert found[0].file == Path("/job/data/a.jpg")


def test_a_subset_without_files_is_refused(photos, tmp_path):
    choice = {"id": "one", "subset": {"labels": ["stove"]}}
    job = training_job(tmp_path, "pictures", {}, dataset_versions=[choice])
    with pytest.raises(WrongMaterial, match="no file of one is in the subset, expected some"):
        carrier_of(tmp_path, PICTURES, photos).command(job, tmp_path)


def test_project_data_is_where_the_worker_is_told(tmp_path):
    write_generated(tmp_path / "project" / "synthetic", groups=2)
    job = training_job(tmp_path, "fall-lstm", {}, dataset_versions=[], with_project_data=True)
    datasets, versions = KnownDatasets({}), open_versions(tmp_path)
    command = TrainingCarrier(datasets, versions, tmp_path / "project").command(job, tmp_path)
    order = TrainingOrder.model_validate_json((tmp_path / "order.json").read_bytes())
    assert command[-1] == str(tmp_path / "order.json")
    assert order.project_data == (str(tmp_path / "project" / "synthetic"),)
    with pytest.raises(WrongMaterial, match="expected the folder of data sets"):
        TrainingCarrier(datasets, versions).command(job, tmp_path)
    with pytest.raises(WrongMaterial, match=r"no data set in PROJECT_DATA .*/nowhere, expected"):
        TrainingCarrier(datasets, versions, tmp_path / "nowhere").command(job, tmp_path)
