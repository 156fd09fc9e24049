"""A stand-in for ClearML's server: the actions of its API that a job needs, and its file server.

It asks for what the real one asks for: a log-in, fields that a request must have and no other,
a task that there is.
"""

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

ACCESS_KEY, SECRET_KEY, TOKEN = "an-access-key", "a-secret-key", "a-token-of-clearml"
# What the schemas of ClearML's own package (2.1, API 2.20) ask for, and what they allow beside it.
FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "projects.get_all": (set(), {"name", "only_fields"}),
    "projects.create": ({"name"}, {"description"}),
    "tasks.get_all": (set(), {"tags", "only_fields", "project"}),
    "tasks.create": ({"name", "type"}, {"project", "tags", "hyperparams", "comment"}),
    "tasks.started": ({"task"}, {"force"}),
    "tasks.completed": ({"task"}, {"force"}),
    "tasks.failed": ({"task"}, {"force"}),
    "tasks.stopped": ({"task"}, {"force"}),
    "tasks.add_or_update_artifacts": ({"task", "artifacts"}, {"force"}),
    "events.add": ({"task", "type"}, {"metric", "variant", "iter", "value", "timestamp"}),
}


@dataclass
class ClearmlServer:
    """Its tasks, by id, with what was said of them; a context manager that serves."""

    port: int = 0
    projects: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """What a tracker's environment has to say."""
        return {
            "CLEARML_API_HOST": f"http://127.0.0.1:{self.port}",
            "CLEARML_FILES_HOST": f"http://127.0.0.1:{self.port}/files",
            "CLEARML_API_ACCESS_KEY": ACCESS_KEY,
            "CLEARML_API_SECRET_KEY": SECRET_KEY,
        }

    def answer(self, action: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and data."""
        if action not in FIELDS:
            return 400, {}
        needed, allowed = FIELDS[action]
        if not needed <= asked.keys() or not asked.keys() <= needed | allowed:
            return 400, {}
        if "task" in asked and asked["task"] not in self.tasks:
            return 400, {}
        room, _, verb = action.partition(".")
        return 200, {"projects": self._projects, "tasks": self._tasks, "events": self._events}[
            room
        ](verb, asked)

    def _projects(self, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
        if verb == "create":
            self.projects[asked["name"]] = f"project-{len(self.projects)}"
            return {"id": self.projects[asked["name"]]}
        found = [key for name, key in self.projects.items() if f"^{name}$" == asked["name"]]
        return {"projects": [{"id": key} for key in found]}

    def _tasks(self, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
        if verb == "get_all":
            wanted = set(asked["tags"])
            found = [key for key, task in self.tasks.items() if wanted <= set(task["tags"])]
            return {"tasks": [{"id": key} for key in found]}
        if verb == "create":
            key = f"task-{len(self.tasks)}"
            self.tasks[key] = asked | {"status": ["created"], "scalars": [], "artifacts": []}
            return {"id": key}
        task = self.tasks[asked["task"]]
        if verb == "add_or_update_artifacts":
            task["artifacts"] += asked["artifacts"]
        else:
            task["status"].append(verb)
        return {"updated": 1}

    def _events(self, _verb: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.tasks[asked["task"]]["scalars"].append(asked)
        return {"added": 1}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, data = self._answer(body)
                content = json.dumps({"meta": {"result_code": status}, "data": data}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
                action = self.path.rpartition("/")[2]
                said = self.headers.get("Authorization")
                if action == "auth.login":
                    keys = base64.b64encode(f"{ACCESS_KEY}:{SECRET_KEY}".encode()).decode()
                    return (200, {"token": TOKEN}) if said == f"Basic {keys}" else (401, {})
                if said != f"Bearer {TOKEN}":
                    return 401, {}
                if action == "files":
                    server.files[self.headers["Content-Type"]] = body
                    return 200, {}
                return server.answer(action, json.loads(body))

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
