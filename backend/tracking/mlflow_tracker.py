"""A job as a run of MLflow, by the REST API of its server (docs/decisions/067)."""

import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2 as httpx

from backend.tracking.answers import ANSWER_SEC, said_by
from backend.tracking.base import PROJECT, Unwanted, flat, run_name
from contract.jobs import Job, MetricAt

API = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
OF_THE_SERVER = "mlflow-artifacts:/"
JOB_TAG = "dolbom.job"
STATUS = {"completed": "FINISHED", "failed": "FAILED", "cancelled": "KILLED"}


class MlflowTracker:
    """MLFLOW_TRACKING_URI says where the server is."""

    def __init__(self, folder: Path) -> None:  # noqa: ARG002 (nothing is kept here)
        uri = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
        self._client = httpx.Client(base_url=uri, timeout=ANSWER_SEC)
        user = os.environ.get("MLFLOW_TRACKING_USERNAME")
        if user:
            self._client.auth = (user, os.environ.get("MLFLOW_TRACKING_PASSWORD", ""))
        elif token := os.environ.get("MLFLOW_TRACKING_TOKEN"):
            self._client.headers["Authorization"] = f"Bearer {token}"

    @staticmethod
    def lacks() -> str | None:
        """Where the server is."""
        uri = os.environ.get("MLFLOW_TRACKING_URI", "")
        if uri.startswith(("http://", "https://")):
            return None
        return "MLFLOW_TRACKING_URI: expected the URL of a server, http:// or https://"

    def start(self, job: Job, params: dict[str, Any]) -> None:
        """Find the run that has the job's tag, or make one."""
        experiment = self._experiment()
        mine = f"tags.`{JOB_TAG}` = '{job.id}'"
        asked = {"experiment_ids": [experiment], "filter": mine, "max_results": 1}
        found = self._post("runs/search", **asked).get("runs")
        run = found[0] if found else self._new_run(experiment, job)
        self._run_id = run["info"]["run_id"]
        self._files = run["info"]["artifact_uri"]
        known = {param["key"] for param in run["data"].get("params", [])}
        said = [
            {"key": key, "value": value} for key, value in flat(params).items() if key not in known
        ]
        self._post("runs/log-batch", run_id=self._run_id, params=said)
        self._post("runs/update", run_id=self._run_id, status="RUNNING")

    def metric(self, metric: MetricAt) -> None:
        """A figure, under the name of its fit."""
        self._post(
            "runs/log-metric",
            run_id=self._run_id,
            key=f"{metric.fit}/{metric.name}",
            value=metric.value,
            step=metric.epoch,
            timestamp=_now(),
        )

    def artifact(self, path: Path) -> None:
        """A file, where the server keeps files itself."""
        if not self._files.startswith(OF_THE_SERVER):
            raise Unwanted("its server does not take files itself (--artifacts-destination)")
        if not path.is_file():
            raise Unwanted(f"{path.name} is gone")
        where = f"{self._files.removeprefix(OF_THE_SERVER).strip('/')}/{quote(path.name)}"
        said_by(self._client.put(f"{FILES}/{where}", content=path.read_bytes()))

    def end(self, state: str) -> None:
        """The run's status."""
        self._post("runs/update", run_id=self._run_id, status=STATUS[state], end_time=_now())
        self._client.close()

    def _experiment(self) -> str:
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or PROJECT
        asked = {"experiment_name": name}
        answer = self._client.get(f"{API}/experiments/get-by-name", params=asked)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return str(self._post("experiments/create", name=name)["experiment_id"])
        return str(said_by(answer)["experiment"]["experiment_id"])

    def _new_run(self, experiment: str, job: Job) -> dict[str, Any]:
        tags = [{"key": JOB_TAG, "value": job.id}]
        made = self._post(
            "runs/create",
            experiment_id=experiment,
            run_name=run_name(job),
            start_time=_now(),
            tags=tags,
        )
        run: dict[str, Any] = made["run"]
        return run

    def _post(self, action: str, **body: Any) -> dict[str, Any]:
        said: dict[str, Any] = said_by(self._client.post(f"{API}/{action}", json=body))
        return said


def _now() -> int:
    return int(time.time() * 1000)
