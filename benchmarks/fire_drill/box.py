"""The camera box: `run-agent`, paired with the server by a code."""

import os
import time
from pathlib import Path

import httpx2 as httpx

from benchmarks.fire_drill.service import Service
from testkit.processes import Part, start

RECORDING = Path(__file__).resolve().parents[2] / "demo" / "recordings" / "fall.npz"
CAMERA = "hall"
PAIRED_SEC, HEARD_SEC = 60.0, 30.0


def pair(http: httpx.Client, folder: Path, url: str, source: str) -> Service:
    """A box that watches `source`, once the server has heard of it; its data is below `folder`."""
    code = http.post("/cameras", json={"camera_id": CAMERA}).raise_for_status().json()["code"]
    paired = ("--pair", code, "--backend-url", url, "--source", source, "--no-watch")
    _agent(folder, "pairing", *paired).process.wait(PAIRED_SEC)
    box = Service("dolbom-agent@.service", lambda: _agent(folder, "box"))
    box.start()
    give_up_at = time.monotonic() + HEARD_SEC
    while not http.get("/event/recent", params={"camera_id": CAMERA}).json():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"the camera box does not report: {box.part.last_line()}")
        time.sleep(0.1)
    return box


def play(folder: Path) -> Part:
    """The box on the recording of a real fall; it ends by itself."""
    return _agent(folder, "recording", "--source", str(RECORDING))


def _agent(folder: Path, log: str, *options: str) -> Part:
    (folder / log).mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder / "agent")}
    return start("run-agent", *options, folder=folder / log, environment=environment)
