"""A channel is a folder: one that is added is set, opened, checked and sent through."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx

from testkit.processes import TO_TRY_OUT, Part, free_port, wait_ready

FOLDER = {
    "__init__.py": "",
    "settings.py": """
from pathlib import Path
from common import settings

UNSET = "PAGER_FILE is not set"

class Settings(settings.Settings):
    pager_file: Path | None = None
""",
    "channel.py": """
class Pager:
    name, rings, quota, warning = "pager", True, None, None

    def __init__(self, path):
        self.path = path

    def send(self, memo):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(memo.text + "\\n")

    def check(self):
        pass

    def is_up(self):
        return True

    def close(self):
        pass


def open_channels(settings, clock):
    return [Pager(settings.pager_file)] if settings.pager_file else []
""",
}
SERVE = """
import sys
from backend.alerts import channels
channels.__path__.append(sys.argv.pop(1))
from backend.commands.serve import main
main()
"""


def test_folder_that_is_added_is_a_channel(
    tmp_path: Path, make_event: Callable[..., dict[str, Any]], eventually: Callable[..., Any]
) -> None:
    for name, text in FOLDER.items():
        path = tmp_path / "more" / "pager" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    pages, port, log = tmp_path / "pages", free_port(), tmp_path / "log"
    command = [sys.executable, "-c", SERVE, str(tmp_path / "more"), "--port", str(port)]
    environment = {**TO_TRY_OUT, "PAGER_FILE": str(pages), "DATA_DIR": str(tmp_path / "data")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_ready(Part("run-backend", process, log), f"{url}/health")
        with httpx.Client(base_url=url, trust_env=False) as http:
            http.post("/event/payload", json=make_event("END")).raise_for_status()
            eventually(pages.exists)
            health = http.get("/health").json()
        assert pages.read_text(encoding="utf-8").startswith("낙상 (넘어짐) 감지 - 거실")
        assert health["channel"] == {"status": "ok", "reason": None, "warning": None}
    finally:
        process.terminate()
        process.wait(20)
