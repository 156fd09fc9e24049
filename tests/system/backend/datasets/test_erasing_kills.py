"""An erasure of data sets by itself: killed at each of its steps, and what others need."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.datasets import erasure_store, store
from backend.storage.blobs import Blobs
from contract.datasets import Subset
from testkit.households import HOME
from testkit.recorded_datasets import ALL_OF_THE_BEDROOM, TODAY, RecordedDatasets

CLIPS = {"fall-1": ("침실", 1e9), "fall-2": ("거실", 1e9), "fall-3": ("침실", 2e9)}
GONE = ("fall-1", "fall-3")
STEPS: dict[str, tuple[object, str]] = {
    "a manifest is kept": (Blobs, "keep_bytes"),
    "a version is changed": (store, "replace_content"),
    "what goes is noted": (erasure_store, "note"),
    "a file is deleted": (Blobs, "delete"),
    "the household is told": (erasure_store, "tell"),
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[RecordedDatasets]:
    with closing(RecordedDatasets(tmp_path)) as home:
        yield home


def is_gone(home: RecordedDatasets) -> bool:
    """Whether no file names a clip that is to be gone."""
    contents = [home.blobs.path(digest).read_bytes() for digest in home.blobs.digests()]
    return not any(name.encode() in content for content in contents for name in GONE)


def killed_at(folder: Path, owner: object, name: str, after: int) -> int:
    """Erase in a process that is killed once it has called this so often; how it ended."""
    process = os.fork()
    if process == 0:
        try:
            calls, then = 0, getattr(owner, name)

            def dying(*args: object, **kwargs: object) -> object:
                nonlocal calls
                calls += 1
                if calls > after:
                    os.kill(os.getpid(), signal.SIGKILL)
                return then(*args, **kwargs)

            setattr(owner, name, dying)
            home = RecordedDatasets(folder)
            home.eraser.erase(ALL_OF_THE_BEDROOM.has_file, HOME)
            home.eraser.tell()
        finally:
            os._exit(0)
    return os.waitpid(process, 0)[1]


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_that_is_killed_goes_on(tmp_path: Path, step: str, after: int) -> None:
    with closing(RecordedDatasets(tmp_path)) as home:
        version = home.make(home.dataset(), CLIPS)
        part = home.service.subset(version, Subset(camera_ids=("침실",)), 1, 1)
    was_killed = killed_at(tmp_path, *STEPS[step], after) == signal.SIGKILL
    assert was_killed or after
    with closing(RecordedDatasets(tmp_path)) as home:
        done = home.eraser.erase(ALL_OF_THE_BEDROOM.has_file, HOME)
        assert is_gone(home)
        if was_killed:  # else the household has heard of it
            assert (len(done.files), done.version_ids) == (2, {version.id, part.id})
        found = home.service.version(version.id, HOME)
        assert (found.files, found.changes.erased, found.changes.erased_on) == (
            2, 2, TODAY.isoformat(),
        )  # fmt: skip
        assert home.service.version(part.id, HOME).files == 0
        assert home.blobs.has(home.track("fall-2"))


def test_a_data_set_that_was_removed_keeps_nothing_for_another_day(home: RecordedDatasets) -> None:
    version = home.make(home.dataset(), CLIPS)
    home.service.remove(version.dataset_id, HOME)
    assert not is_gone(home)
    assert len(home.eraser.erase(ALL_OF_THE_BEDROOM.has_file, HOME).files) == 2
    assert is_gone(home)


def test_what_another_data_set_has_too_stays_there(home: RecordedDatasets) -> None:
    home.make(home.dataset(), CLIPS)
    uploaded = home.make(home.dataset(of_record=False), {"fall-1": CLIPS["fall-1"]})
    home.eraser.erase(ALL_OF_THE_BEDROOM.has_file, HOME)
    files = home.service.manifest(uploaded).files
    assert all(home.service.path(file).is_file() for file in files)
