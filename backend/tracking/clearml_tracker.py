"""A job as a task of ClearML, by the HTTP API of its server (docs/decisions/067)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2 as httpx

from backend.tracking.answers import ANSWER_SEC, said_by
from backend.tracking.base import PROJECT, Unwanted, flat, run_name
from contract.jobs import Job, MetricAt

API = "/v2.20"
NEEDED = ("CLEARML_API_HOST", "CLEARML_API_ACCESS_KEY", "CLEARML_API_SECRET_KEY")
ENDS = {"completed": "completed", "failed": "failed", "cancelled": "stopped"}


class ClearmlTracker:
    """CLEARML_API_HOST and its keys let it in; CLEARML_FILES_HOST takes the files."""

    def __init__(self, folder: Path) -> None:  # noqa: ARG002 (nothing is kept here)
        self._client = httpx.Client(
            base_url=os.environ["CLEARML_API_HOST"].rstrip("/") + API, timeout=ANSWER_SEC
        )

    @staticmethod
    def lacks() -> str | None:
        """Where the server is, or the keys."""
        missing = [name for name in NEEDED if not os.environ.get(name)]
        return f"{', '.join(missing)} not set" if missing else None

    def start(self, job: Job, params: dict[str, Any]) -> None:
        """Find the task that has the job's tag, or make one."""
        self._log_in()
        tag = f"job {job.id}"
        found = self._ask("tasks.get_all", tags=[tag], only_fields=["id"])["tasks"]
        self._task = str(found[0]["id"] if found else self._new_task(job, tag, params))
        self._ask("tasks.started", task=self._task, force=True)

    def metric(self, metric: MetricAt) -> None:
        """A figure; each fit is a line of its plot."""
        self._ask(
            "events.add",
            type="training_stats_scalar",
            task=self._task,
            metric=metric.name,
            variant=metric.fit,
            iter=metric.epoch,
            value=metric.value,
        )

    def artifact(self, path: Path) -> None:
        """A file, to the file server where there is one."""
        files = os.environ.get("CLEARML_FILES_HOST")
        if not files:
            raise Unwanted("CLEARML_FILES_HOST is not set")
        if not path.is_file():
            raise Unwanted(f"{path.name} is gone")
        where = f"{PROJECT}/{self._task}/{path.name}"
        content = path.read_bytes()
        said_by(self._client.post(files, files={where: (where, content)}))
        uri = f"{files.rstrip('/')}/{quote(where)}"
        kept = {"key": path.stem, "type": "custom", "uri": uri, "content_size": len(content)}
        self._ask("tasks.add_or_update_artifacts", task=self._task, artifacts=[kept], force=True)

    def end(self, state: str) -> None:
        """The task's status."""
        self._ask(f"tasks.{ENDS[state]}", task=self._task, force=True)
        self._client.close()

    def _log_in(self) -> None:
        keys = os.environ["CLEARML_API_ACCESS_KEY"], os.environ["CLEARML_API_SECRET_KEY"]
        answer = said_by(self._client.post("/auth.login", json={}, auth=keys))
        self._client.headers["Authorization"] = f"Bearer {answer['data']['token']}"

    def _new_task(self, job: Job, tag: str, params: dict[str, Any]) -> str:
        said = {
            name: {"section": "General", "name": name, "value": value}
            for name, value in flat(params).items()
        }
        made = self._ask(
            "tasks.create",
            name=run_name(job),
            type="training",
            project=self._project(),
            tags=[tag],
            hyperparams={"General": said},
        )
        return str(made["id"])

    def _project(self) -> str:
        found = self._ask("projects.get_all", name=f"^{PROJECT}$", only_fields=["id"])["projects"]
        return str((found[0] if found else self._ask("projects.create", name=PROJECT))["id"])

    def _ask(self, action: str, **body: Any) -> dict[str, Any]:
        answer = self._client.post(f"/{action}", json=body)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._log_in()
            answer = self._client.post(f"/{action}", json=body)
        data: dict[str, Any] = said_by(answer)["data"]
        return data
