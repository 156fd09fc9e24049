"""Nothing of a household is told to the maker of a library."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "reports"),
    [
        ("modeling.detector", False),
        ("modeling.vision.model", False),
        pytest.param("onnxruntime", True, id="control: ONNX Runtime by itself"),
    ],
)
def test_library_that_reports_to_its_maker_does_not(module: str, reports: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
    # Where it cannot keep its number of this device, it says that it wanted to.
    said = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env=environment | {"HOME": "/proc/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("telemetry" in said.stderr) == reports
