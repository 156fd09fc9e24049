"""A camera box fetches the version that is to serve: whole, signed and plausible, or not at all."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx2 as httpx
import onnx
import pytest
from onnx import numpy_helper

from agent.model.fetcher import ADDRESS, ModelFetcher
from agent.model.serving import ServingModel
from agent.model.trial import TrialFailed, try_in_own_process
from agent.packages.client import MOST_SAID_BYTES, MOST_SEC, PackageClient
from agent.packages.shelf import Shelf
from agent.packages.trust import PinnedKey
from contract.deployments import PackageFile, SignedPackage
from contract.versions import DETECTOR
from modeling.perception.detector.checkpoint import (
    MANIFEST_NAME,
    ONNX_NAME,
    load_manifest,
    save_manifest,
)
from testkit.edge_server import EdgeServer, PackageSigner, file_of, package_of
from testkit.model_box import STEPS, killed_after, opened_box


@pytest.fixture
def edge() -> Iterator[EdgeServer]:
    server = EdgeServer()
    yield server
    server.close()


class Box:
    """A box that is started again and again; the version that it came with is `1`."""

    def __init__(self, folder: Path, make_checkpoint: Any, edge: EdgeServer) -> None:
        self.folder, self.edge, self.signer = folder, edge, PackageSigner()
        self.own = make_checkpoint(folder / "own")
        self.data_dir = folder / "data"

    def version(self, name: str) -> Path:
        """A checkpoint like the box's own, called so."""
        path = self.folder / name
        shutil.copytree(self.own, path)
        save_manifest(path, load_manifest(path).model_copy(update={"version": name}))
        return path

    def offer(self, name: str, sequence: int, **changes: object) -> SignedPackage:
        """Let the server offer this version, signed after what `changes`."""
        path = self.folder / name
        path = path if path.exists() else self.version(name)
        package = package_of(path, f"id-{name}", sequence).model_copy(update=changes)
        signed = self.signer.sign(package)
        self.edge.offer(signed, path)
        return signed

    def started(self) -> tuple[ServingModel, ModelFetcher]:
        return opened_box(self.data_dir, self.own, self.edge.url)

    def serves(self) -> str:
        """After one more start and one question."""
        model, fetcher = self.started()
        fetcher.round()
        return model.serving.version


@pytest.fixture
def box(tmp_path: Path, make_checkpoint: Any, edge: EdgeServer) -> Box:
    return Box(tmp_path, make_checkpoint, edge)


def test_what_is_offered_serves_and_serves_on_after_a_start(box: Box) -> None:
    model, fetcher = box.started()
    assert model.serving.version == "1"
    box.offer("a", 1)
    fetcher.round()
    assert (model.serving.version, model.failure) == ("a", None)
    asked = len(box.edge.asked)
    fetcher.round()
    assert box.edge.asked[asked:] == ["/deployments/edge/fall-lstm"]
    assert box.started()[0].serving.version == "a"


def test_a_rollback_fetches_nothing_again(box: Box) -> None:
    model, fetcher = box.started()
    for name, sequence in (("a", 1), ("b", 2)):
        box.offer(name, sequence)
        fetcher.round()
    asked = len(box.edge.asked)
    box.offer("a", 3)
    fetcher.round()
    assert model.serving.version == "a"
    assert not [path for path in box.edge.asked[asked:] if "/files/" in path]


def _wrong_hash(box: Box) -> None:
    package = package_of(box.version("b"), "id-b", 2)
    wrong = PackageFile(sha256="00" * 32, size=package.files[ONNX_NAME].size)
    files = {**package.files, ONNX_NAME: wrong}
    box.edge.offer(box.signer.sign(package), box.folder / "b")
    box.edge.files["00" * 32] = (box.folder / "b" / ONNX_NAME).read_bytes()
    signed = box.signer.sign(package.model_copy(update={"files": files}))
    box.edge.answer = signed.model_dump_json().encode()


def _truncated(box: Box) -> None:
    signed = box.offer("b", 2)
    digest = signed.package.files[ONNX_NAME].sha256
    box.edge.files[digest] = box.edge.files[digest][:-1]


def _longer(box: Box) -> None:
    signed = box.offer("b", 2)
    box.edge.files[signed.package.files[ONNX_NAME].sha256] += b"\0" * 1000


def _stripped(box: Box) -> None:
    signed = box.offer("b", 2)
    box.edge.answer = signed.package.model_dump_json().encode()


def _forged(box: Box) -> None:
    signed = box.offer("b", 2)
    package = signed.package.model_copy(update={"sequence": 9})
    box.edge.answer = signed.model_copy(update={"package": package}).model_dump_json().encode()


def _other_key(box: Box) -> None:
    box.signer = PackageSigner()
    box.offer("b", 2)


def _replayed(box: Box) -> None:
    box.offer("b", 6)


def _other_recipe(box: Box) -> None:
    box.offer("b", 2, recipe="posture")


def _endless(box: Box) -> None:
    box.offer("b", 2)
    box.edge.answer += b" " * MOST_SAID_BYTES


LIES: list[tuple[Callable[[Box], None], str]] = [
    (_wrong_hash, "model.onnx is not the file that was signed"),
    (_truncated, "model.onnx is not the file that was signed"),
    (_longer, "model.onnx is not the file that was signed"),
    (_stripped, "no signed package"),
    (_forged, "has not signed"),
    (_other_key, "another key"),
    (_replayed, "an old package"),
    (_other_recipe, "a package of posture"),
    (_endless, "an answer of more than"),
]


@pytest.mark.parametrize(("lie", "reason"), LIES, ids=[lie.__name__[1:] for lie, _ in LIES])
def test_a_lie_changes_nothing_and_is_said(
    box: Box, lie: Callable[[Box], None], reason: str
) -> None:
    model, fetcher = box.started()
    box.offer("a", 1)
    fetcher.round()
    if lie is _replayed:
        box.offer("a", 7)
        fetcher.round()
    signer = box.signer
    lie(box)
    fetcher.round()
    assert model.serving.version == "a"
    assert reason in (model.failure or "")
    assert box.started()[0].serving.version == "a"
    box.signer = signer
    box.offer("c", 20)
    fetcher.round()
    assert (model.serving.version, model.failure) == ("c", None)


def test_a_file_that_takes_for_ever_is_given_up(box: Box) -> None:
    model, _ = box.started()
    box.offer("a", 1)
    times = count(step=MOST_SEC + 1)
    with httpx.Client(base_url=box.edge.url, trust_env=False) as client:
        shelf, pinned = Shelf(box.data_dir / "model"), PinnedKey(box.data_dir)
        offered = client, ADDRESS, DETECTOR, shelf, pinned, lambda: next(times)
        ModelFetcher(PackageClient(*offered), model, shelf).round()
    assert "takes longer than" in (model.failure or "")


def test_a_key_that_is_lost_on_the_disk_is_not_met_anew(box: Box) -> None:
    model, fetcher = box.started()
    box.offer("a", 1)
    fetcher.round()
    (box.data_dir / "access" / "package-key").write_text("")
    box.signer = PackageSigner()
    box.offer("b", 2)
    fetcher.round()
    assert model.serving.version == "a"
    assert "another key" in (model.failure or "")


def test_a_trial_takes_no_more_memory_than_it_needs() -> None:
    code = "from agent.model.trial import give_way; give_way(); bytearray(3 * 2**30)"
    tried = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"MemoryError" in tried.stderr


def _die(folder: Path) -> None:
    """Let the checkpoint say the same of each window."""
    network = onnx.load(folder / ONNX_NAME)
    for it in network.graph.initializer:
        values = numpy_helper.to_array(it)
        if values.dtype.kind == "f":
            it.CopyFrom(numpy_helper.from_array(values * 0, it.name))
    onnx.save(network, folder / ONNX_NAME)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_die, "says the same of every window"),
        (lambda folder: (folder / ONNX_NAME).write_bytes(b"\x08\x07no network"), "cannot be run"),
        (lambda folder: (folder / MANIFEST_NAME).write_text('{"version": "b"}'), "no manifest"),
    ],
    ids=["dead", "broken", "no-manifest"],
)
def test_a_version_that_fails_its_trial_is_remembered_as_bad(
    box: Box, spoil: Callable[[Path], Any], reason: str
) -> None:
    model, fetcher = box.started()
    spoilt = box.version("b")
    good = package_of(spoilt, "id-b", 1)
    spoil(spoilt)
    files = {name: file_of(spoilt / name) for name in good.files}
    box.edge.offer(box.signer.sign(good.model_copy(update={"files": files})), spoilt)
    fetcher.round()
    assert model.serving.version == "1"
    assert reason in (model.failure or "")
    asked = len(box.edge.asked)
    model, fetcher = box.started()
    fetcher.round()
    assert not [path for path in box.edge.asked[asked:] if "/files/" in path]
    assert "version b is not used" in (model.failure or "")
    box.offer("a", 2)
    fetcher.round()
    assert (model.serving.version, model.failure) == ("a", None)


def test_what_was_taken_back_is_not_fetched_again(box: Box) -> None:
    model, fetcher = box.started()
    box.offer("a", 1)
    fetcher.round()
    model._fall_back(model.serving, "it saw a fall in 90% of the windows")
    assert model.serving.version == "1"
    model, fetcher = box.started()
    fetcher.round()
    assert model.serving.version == "1"
    assert "it saw a fall in 90%" in (model.failure or "")


def test_a_full_disk_keeps_the_old_one(box: Box, full_disk: Any) -> None:
    model, fetcher = box.started()
    box.offer("a", 1)
    with full_disk(64):
        fetcher.round()
    assert model.serving.version == "1"
    assert "too large" in (model.failure or "").lower()
    fetcher.round()
    assert (model.serving.version, model.failure) == ("a", None)


def test_a_spoilt_folder_is_fetched_again(box: Box) -> None:
    box.offer("a", 1)
    assert box.serves() == "a"
    with (box.data_dir / "model" / "id-a" / ONNX_NAME).open("ab") as file:
        file.write(b"rot")
    assert box.started()[0].serving.version == "1"
    assert box.serves() == "a"


def test_a_server_that_is_away_is_no_failure_of_the_model(box: Box) -> None:
    model, fetcher = box.started()
    box.edge.close()
    fetcher.round()
    assert model.failure is None


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_each_step_leaves_one_that_serves(box: Box, step: str) -> None:
    box.offer("a", 1)
    if step != "pinned":
        assert box.serves() == "a"
        box.offer("b", 2)
    assert killed_after(step, box.data_dir, box.own, box.edge.url) == -9
    before, after = ("1", "a") if step == "pinned" else ("a", "b")
    assert box.started()[0].serving.version == (after if step == "noted" else before)
    assert box.serves() == after


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", None),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "by signal 11"),
        ("import sys; sys.exit('it is none')", "it is none"),
        ("import time; time.sleep(60)", "not tried within"),
    ],
    ids=["good", "crash", "refused", "hangs"],
)
def test_a_trial_takes_nobody_with_it(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str | None
) -> None:
    if code:
        told = ["#!/bin/sh", f'exec {sys.executable} -c "{code}"']
        (stand_in := tmp_path / "python").write_text("\n".join(told))
        stand_in.chmod(0o700)
        monkeypatch.setattr("sys.executable", str(stand_in))
    if reason is None:
        try_in_own_process(checkpoint)
    else:
        with pytest.raises(TrialFailed, match=reason):
            try_in_own_process(checkpoint, 1.0 if "sleep" in code else 30.0)
