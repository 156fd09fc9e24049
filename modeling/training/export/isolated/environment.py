"""An environment of its own for packages that would weigh on everybody else's."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from modeling.training.export.formats import ExportError, ExportInterrupted, Inputs, Score

SCRIPTS = Path(__file__).parent
NEWEST = "2026-11-29"
"""Of packages that these need, none younger than this day is taken."""
SHOWN = 400
"""Characters of what uv says."""


@dataclass(frozen=True)
class Environment:
    """Packages at their versions; uv keeps them in its cache, and links them for each script."""

    packages: tuple[str, ...]

    def run(self, script: str, *arguments: Path | str) -> None:
        """Run one of the scripts beside this file to its end.

        Raises ExportError where that fails, and ExportInterrupted where the packages cannot be had
        now.
        """
        # The command is uv's own, with our files.
        done = subprocess.run(  # noqa: S603
            [*self._command(), str(SCRIPTS / script), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode == 0:
            return
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        if any(line.startswith("Traceback") for line in lines):
            raise ExportError(f"{', '.join(self.packages)}: {lines[-1][:SHOWN]}")
        said = " ".join(lines)[-SHOWN:] or f"uv ended with status {done.returncode}"
        raise ExportInterrupted(f"the environment of {self.packages[0]} cannot be made: {said}")

    def scorer(self, script: str, *arguments: Path | str) -> Score:
        """A script that reads inputs and writes their scores, as a function; it raises as `run`."""

        def score(inputs: Inputs) -> NDArray[np.float32]:
            with TemporaryDirectory() as name:
                given, scored = Path(name) / "inputs.npy", Path(name) / "scores.npy"
                np.save(given, inputs)
                self.run(script, *arguments, given, scored)
                scores: NDArray[np.float32] = np.load(scored)
            return scores

        return score

    def _command(self) -> list[str]:
        uv = shutil.which("uv")
        if uv is None:
            raise ExportError(
                f"expected uv on the PATH, which makes an environment of {', '.join(self.packages)}"
            )
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        apart = ["run", "--isolated", "--no-project", "--no-progress", "--exclude-newer", NEWEST]
        needs = [word for package in self.packages for word in ("--with", package)]
        return [uv, *apart, "--python", python, *needs, "python"]


def own_torch() -> str:
    """The torch that runs here, which reads the programs that it has written."""
    return f"torch=={version('torch')}"
