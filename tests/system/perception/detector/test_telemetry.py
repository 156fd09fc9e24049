"""Nothing of a household is told to the maker of a library."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNT_THREADS = "import {module}, os; print(len(os.listdir('/proc/self/task')))"


def threads_after_import(module: str, home: Path) -> int:
    """How many threads run: ONNX Runtime's reports are sent by one of its own.

    The environment is a household's: on a machine for tests the library keeps quiet by itself.
    """
    counted = subprocess.run(
        [sys.executable, "-c", COUNT_THREADS.format(module=module)],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(counted.stdout)


@pytest.mark.parametrize(
    "module", ["modeling.perception.detector.detector", "modeling.perception.images.model"]
)
def test_library_that_reports_to_its_maker_does_not(module: str, tmp_path: Path) -> None:
    assert threads_after_import(module, tmp_path) == 1
    assert not list(tmp_path.iterdir())  # nor does it keep a number of this device


def test_control_onnx_runtime_by_itself_reports(tmp_path: Path) -> None:
    assert threads_after_import("onnxruntime", tmp_path) > 1
    assert list(tmp_path.iterdir())
