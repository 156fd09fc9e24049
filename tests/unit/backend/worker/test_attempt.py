"""What a try needs, and what its process may know."""

import pytest

from backend.errors import InvalidInput
from backend.storage.errors import BlobUnavailable
from backend.worker.attempt import child_environment, outcome_of
from backend.worker.carriers import missing_of
from backend.worker.outcome import Ending
from backend.worker.tries import how_to_install
from contract.jobs import JobKind


def test_process_is_given_no_secret() -> None:
    given = {
        "PATH": "/bin", "TZ": "Asia/Seoul", "CUDA_VISIBLE_DEVICES": "0", "DATA_DIR": "data",
        "API_KEY": "s", "CAMERA_KEYS": "s", "DATABASE_URL": "s", "KAKAO_ACCESS_TOKEN": "s",
        "JWT_SECRET_KEY_FILE": "s", "ALERT_URLS": "s", "WANDB_API_KEY": "s", "pgpassword": "s",
    }  # fmt: skip
    assert set(child_environment(given)) == {"PATH", "TZ", "CUDA_VISIBLE_DEVICES", "DATA_DIR"}


def test_what_is_away_may_come_back_and_what_is_wrong_stays_wrong() -> None:
    assert outcome_of(BlobUnavailable("the disk is full")).ending is Ending.FAILED
    assert outcome_of(InvalidInput("expected clips")).ending is Ending.REFUSED


def test_missing_modules_are_named_with_what_brings_them() -> None:
    assert missing_of(["json", "no_such_module", "no_such.module"]) == [
        "no_such.module", "no_such_module"
    ]  # fmt: skip
    assert how_to_install(JobKind.TRAINING, ["torch"]) == (
        "training needs torch, not installed where the worker runs: "
        "run uv sync --extra torch, without a GPU uv pip install torch --torch-backend=cpu, "
        "and start it again"
    )
    assert how_to_install(JobKind.TRAINING, ["cv2", "torch"]).endswith(
        "run uv sync --extra torch, and start it again"
    )
    assert how_to_install(JobKind.COMPARISON, ["scipy"]).endswith(
        "run uv sync --group modeling, and start it again"
    )


@pytest.mark.parametrize("name", ["HOME", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH"])
def test_process_is_given_what_it_runs_by(name: str) -> None:
    assert child_environment({name: "x"}) == {name: "x"}
