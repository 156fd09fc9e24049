"""The real server of MLflow, from its own package in an environment of its own."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx

from testkit.processes import Part, free_port, wait_ready

VERSION = "3.17.2"


def lacks() -> str | None:
    """Why it cannot be started, None where it can; its first start downloads it."""
    uv = shutil.which("uv")
    if uv is None:
        return "uv is not installed, which brings the server of MLflow"
    asked = [uv, "tool", "run", "-q", "--from", f"mlflow=={VERSION}", "python", "-c", ""]
    if subprocess.run(asked, capture_output=True, check=False).returncode:  # noqa: S603
        return f"mlflow {VERSION} cannot be downloaded"
    return None


@dataclass
class MlflowServer:
    """Its database and its files lie in `folder`."""

    folder: Path
    port: int = field(default_factory=free_port)
    part: Part | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.folder / "server.log"
        command = ["uv", "tool", "run", "-q", "--from", f"mlflow=={VERSION}", "mlflow", "server"]
        command += ["--backend-store-uri", f"sqlite:///{self.folder / 'mlflow.db'}"]
        command += ["--artifacts-destination", str(self.folder / "files")]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                command,
                cwd=self.folder,
                env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.part = Part("mlflow", process, log)
        wait_ready(self.part, f"{self.url}/health")

    def stop(self) -> None:
        """End it, if it was started."""
        if self.part is not None:
            os.killpg(self.part.process.pid, signal.SIGKILL)
            self.part.process.wait()

    def runs(self, experiment: str) -> list[dict[str, Any]]:
        """Its runs, as its API tells them."""
        with httpx.Client(base_url=f"{self.url}/api/2.0/mlflow") as client:
            asked = {"experiment_name": experiment}
            found = client.get("/experiments/get-by-name", params=asked).json()
            only = {"experiment_ids": [found["experiment"]["experiment_id"]]}
            runs: list[dict[str, Any]] = client.post("/runs/search", json=only).json()["runs"]
        return runs

    def history(self, run_id: str, metric: str) -> list[tuple[int, float]]:
        """Epoch and value of a figure."""
        asked = {"run_id": run_id, "metric_key": metric}
        path = "/api/2.0/mlflow/metrics/get-history"
        found = httpx.get(f"{self.url}{path}", params=asked).json()["metrics"]
        return [(point.get("step", 0), point["value"]) for point in found]
