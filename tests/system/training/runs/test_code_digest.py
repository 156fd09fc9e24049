"""What keeps a stopped run, and what does not: shown on a copy of the code, with a file changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from modeling.training.runs.code_digest import imported, libraries, sources

DETECTOR = ["modeling.training.detectors.fit"]
POSTURE = ["modeling.training.images.fit", "modeling.training.images.posture"]
SCORES = ["modeling.training.detectors.examples", "modeling.training.comparison.models"]

DIGESTS = f"""
from modeling.training.runs.code_digest import digest_code, sources
for modules in {[DETECTOR, POSTURE, SCORES]}:
    print(digest_code(sources(*modules)))
"""


@pytest.fixture(scope="module")
def copy(repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    for package in ("common", "contract", "modeling"):
        shutil.copytree(repository / package, folder / package)
    return folder


def digests(copy):
    """Those of a detector's fit, of an image model's fit, and of the scores of a comparison."""
    return subprocess.run(
        [sys.executable, "-c", DIGESTS],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


@pytest.fixture(scope="module")
def before(copy):
    return digests(copy)


@pytest.fixture
def changed(copy):
    """Change a file of the copy for the time of a test; gives the digests with it."""
    kept: dict[Path, bytes] = {}

    def _changed(name):
        path = copy / "modeling" / name
        kept[path] = path.read_bytes()
        path.write_bytes(kept[path] + b"\n")
        return digests(copy)

    yield _changed
    for path, content in kept.items():
        path.write_bytes(content)


@pytest.mark.parametrize(
    "name",
    [
        "training/report/pages.py", "training/report/templates/index.html",
        "training/report/card.py", "training/report/tables.py", "training/detectors/card.toml",
        "training/images/cards/posture.toml", "training/evaluate/by_event.py",
        "training/export/formats.py", "training/commands/train_lstm.py", "training/run.py",
        "training/synthetic/page.py", "perception/incidents/event_machine.py",
        "training/datasets/adapters/sources.toml", "training/comparison/protocols.py",
    ],
)  # fmt: skip
def test_what_changes_no_weight_keeps_a_stopped_run(name, before, changed):
    assert changed(name) == before


@pytest.mark.parametrize(
    ("name", "of_whom"),
    [
        ("training/loop.py", [True, True, True]),
        ("training/settings.py", [True, True, True]),
        ("training/detectors/network.py", [True, False, True]),
        ("training/images/network.py", [False, True, False]),
        ("training/images/augmentation.py", [False, True, False]),
        ("training/images/posture_examples.py", [False, True, False]),
        ("training/images/camera_troubles.py", [False, False, False]),
        ("training/detectors/augmentation/viewpoint.py", [False, False, True]),
        ("training/comparison/baselines.py", [False, False, True]),
        ("training/datasets/adapters/registry.py", [False, False, True]),
    ],
)
def test_what_changes_weights_discards_those_that_follow_from_it(name, of_whom, before, changed):
    pairs = zip(before, changed(name), strict=True)
    assert [was != is_now for was, is_now in pairs] == of_whom


def test_the_sources_of_a_module_are_what_it_imports_and_the_packages_around_it():
    assert set(sources("modeling.training.comparison.rule")) == {
        "modeling.training.comparison.rule", "modeling.training.comparison", "modeling.training",
        "modeling", "contract.layout", "contract",
    }  # fmt: skip


def test_a_module_that_is_imported_from_its_package_counts(tmp_path):
    (tmp_path / "some.py").write_text("from modeling.training.images import effects\nimport torch")
    names = set(imported(tmp_path / "some.py"))
    assert names == {"modeling.training.images", "modeling.training.images.effects", "torch"}


def test_the_libraries_are_those_that_the_code_imports():
    found = libraries(sources("modeling.training.comparison.baselines"))
    assert {"numpy", "scikit-learn"} <= set(found)
    assert "jinja2" not in found
