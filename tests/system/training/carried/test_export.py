"""The process that carries out an export, as its worker starts it. Needs torch."""

import shutil
import subprocess
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from backend.exports.carrier import ExportCarrier  # noqa: E402
from backend.exports.service import ExportService  # noqa: E402
from backend.jobs.service import JobService  # noqa: E402
from backend.storage.blobs import Blobs  # noqa: E402
from backend.storage.shared_file import SharedFile  # noqa: E402
from backend.versions.service import VersionService  # noqa: E402
from contract.exports import ExportFormat, ExportSpec, ExportWanted, Precision  # noqa: E402
from contract.jobs import MESSAGE, Finished, Progress, Refused  # noqa: E402
from modeling.perception.carried.talk import Talk  # noqa: E402
from modeling.perception.detector.checkpoint import (  # noqa: E402
    CHECKPOINTS,
    DEFAULT_CHECKPOINT,
    load_manifest,
)
from modeling.training.carried.export import carry_out  # noqa: E402
from modeling.training.detectors.network import (  # noqa: E402
    AttentionLstm,
    Ensemble,
    load_weights,
    probabilities,
)
from modeling.training.export.inputs import random_windows  # noqa: E402
from modeling.training.export.torchscript import torchscript_scorer  # noqa: E402
from modeling.training.export.weights import save_weights  # noqa: E402
from modeling.training.images.recipes import RECIPES  # noqa: E402
from testkit.households import HOME  # noqa: E402
from testkit.uv_stand_in import HALF, MARK, Behavior, install  # noqa: E402
from testkit.versions import register  # noqa: E402

pytestmark = pytest.mark.slow
LITERT = ExportWanted(version_id="one", format=ExportFormat.LITERT)


@dataclass
class Worker:
    """Starts the processes of exports of one version, and keeps what they make."""

    folder: Path
    exports: ExportService
    jobs: JobService
    carrier: ExportCarrier

    @classmethod
    def of(cls, folder, checkpoint, recipe):
        database = SharedFile(folder / "factory.sqlite3")
        jobs, blobs = JobService(database), Blobs(folder / "blobs")
        register(versions := VersionService(database, blobs), checkpoint, "one", recipe)
        exports = ExportService(database, jobs, versions, blobs)
        return cls(folder / "work", exports, jobs, ExportCarrier(exports, versions))

    def start(self, export):
        job = self.jobs.find(export.job_id, HOME)
        self.folder.mkdir(exist_ok=True)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(self.carrier.command(job, self.folder), **pipes)

    def carry_out(self, export):
        """What the process says at last, and what it writes to its standard error."""
        with self.start(export) as process:
            said, errors = process.stdout.read(), process.stderr.read().decode()
        messages = [MESSAGE.validate_json(line) for line in said.splitlines()]
        if messages and isinstance(messages[-1], Finished):
            self.carrier.keep(self.jobs.find(export.job_id, HOME), self.folder, messages[-1].result)
        return messages, errors


@pytest.fixture
def small(tmp_path, make_checkpoint):
    """The exports of a small detector with its weights."""
    checkpoint = make_checkpoint(tmp_path / "one")
    torch.manual_seed(0)
    save_weights(Ensemble([AttentionLstm(hidden=4, labels=2)]), checkpoint)
    return Worker.of(tmp_path, checkpoint, "fall-lstm")


def test_the_shipped_detector_in_half_precision_is_offered_as_it_scores(tmp_path):
    worker = Worker.of(tmp_path, DEFAULT_CHECKPOINT, "fall-lstm")
    export = worker.exports.ask(
        ExportWanted(version_id="one", format=ExportFormat.TORCHSCRIPT, precision=Precision.HALF),
        HOME,
    )
    messages, errors = worker.carry_out(export)
    assert isinstance(messages[-1], Finished), errors
    assert [one.doing for one in messages if isinstance(one, Progress)] == [
        "reading the checkpoint",
        "writing TorchScript in half precision and comparing it with torch",
    ]
    found = worker.exports.find(export.id, HOME)
    version = load_manifest(DEFAULT_CHECKPOINT).version
    assert found.file_name == f"fall-lstm-{version}.half.torchscript"
    assert found.checked_on == "1000 made windows"
    assert 1e-6 < found.difference < 5e-3
    assert found.bytes < 0.6 * (DEFAULT_CHECKPOINT / "model.torchscript").stat().st_size
    scores = torchscript_scorer(worker.exports.path(found))(random_windows())
    with torch.no_grad():
        network = probabilities(load_weights(DEFAULT_CHECKPOINT))
        expected = network(torch.from_numpy(random_windows())).numpy()
    assert np.abs(scores - expected).max() < 5e-3


def in_this_process(worker, wanted):
    """What is said at last of an export, without the time that a process takes to start."""
    export, said = worker.exports.ask(wanted, HOME), StringIO()
    job = worker.jobs.find(export.job_id, HOME)
    worker.carrier.command(job, worker.folder)
    carry_out(Talk(said), worker.folder, ExportSpec.model_validate(job.spec))
    last = MESSAGE.validate_json(said.getvalue().splitlines()[-1])
    if isinstance(last, Finished):
        worker.carrier.keep(job, worker.folder, last.result)
    return last, worker.exports.find(export.id, HOME)


def test_an_image_model_without_weights_is_offered_as_it_came(tmp_path):
    checkpoint = CHECKPOINTS / "posture"
    worker = Worker.of(tmp_path, checkpoint, "posture")
    wanted = ExportWanted(version_id="one", format=ExportFormat.ONNX)
    _, found = in_this_process(worker, wanted)
    assert worker.exports.path(found).read_bytes() == (checkpoint / "model.onnx").read_bytes()
    assert found.checked_on.endswith(" pictures, when it was trained")
    assert 0.0 < found.difference <= 1e-4


def test_an_image_model_with_weights_is_made_of_them(tmp_path):
    checkpoint = tmp_path / "one"
    shutil.copytree(CHECKPOINTS / "posture", checkpoint)
    torch.save(RECIPES["posture"].network().state_dict(), checkpoint / "weights.pt")
    worker = Worker.of(tmp_path, checkpoint, "posture")
    wanted = ExportWanted(version_id="one", format=ExportFormat.TORCHSCRIPT)
    _, found = in_this_process(worker, wanted)
    assert found.checked_on == "64 made pictures"
    assert found.difference < 1e-5


def test_what_no_other_try_would_mend_is_refused(small, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))  # without a GPU's tools, and without uv
    wanted = ExportWanted(version_id="one", format=ExportFormat.TENSORRT)
    last, found = in_this_process(small, wanted)
    assert isinstance(last, Refused)
    assert "expected one of NVIDIA's, found none" in last.reason
    assert found.file is None


@pytest.mark.parametrize(
    ("recipe", "weights", "said"),
    [
        ("fall-lstm", b"no weights", "holds no weights of this network"),
        ("posture", b"no weights", "manifest.json is no manifest"),
    ],
)
def test_a_damaged_version_is_refused(recipe, weights, said, tmp_path, make_checkpoint):
    checkpoint = make_checkpoint(tmp_path / "one")
    (checkpoint / "weights.pt").write_bytes(weights)
    worker = Worker.of(tmp_path, checkpoint, recipe)
    last, _ = in_this_process(
        worker, ExportWanted(version_id="one", format=ExportFormat.TORCHSCRIPT)
    )
    assert isinstance(last, Refused)
    assert said in last.reason


def test_what_was_killed_in_the_middle_offers_nothing_half(
    small, monkeypatch, tmp_path, eventually
):
    monkeypatch.setenv("PATH", f"{install(tmp_path / 'bin', Behavior.HANGS)}:/bin:/usr/bin")
    export = small.exports.ask(LITERT, HOME)
    with small.start(export) as process:
        eventually((tmp_path / "bin" / MARK).exists, 60.0)
        process.kill()
        assert MESSAGE.validate_json(process.stdout.readlines()[-1]).kind == "progress"
    assert [path.read_bytes() for path in small.folder.rglob("model.tflite")] == [HALF]
    assert not (small.folder / "export" / "model.tflite").exists()
    assert small.exports.find(export.id, HOME).file is None
