"""Nothing of a household is told to the maker of a library."""

import os
import subprocess
import sys

import pytest


def says_that_it_reports(module: str) -> bool:
    """Whether the library could not keep its number of this device, and said so."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
    said = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env=environment | {"HOME": "/proc/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    return "telemetry" in said.stderr


@pytest.mark.parametrize("module", ["modeling.detector", "modeling.vision.model"])
def test_library_that_reports_to_its_maker_does_not(module: str) -> None:
    assert not says_that_it_reports(module)


def test_control_onnx_runtime_by_itself_reports() -> None:
    # A thread of its own says it, for which a short program may not wait.
    assert any(says_that_it_reports("onnxruntime") for _ in range(20))
