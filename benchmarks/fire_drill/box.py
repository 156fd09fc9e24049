"""The camera box: `run-agent`, paired with the server by a code."""

import os
import time
from pathlib import Path

import httpx2 as httpx

from benchmarks.fire_drill.service import Service
from testkit.processes import Part, PartFailed, start

RECORDING = Path(__file__).resolve().parents[2] / "demo" / "recordings" / "fall.npz"
CAMERA = "hall"
PAIRED_SEC, HEARD_SEC = 60.0, 30.0


def pair(http: httpx.Client, folder: Path, url: str, source: str) -> Service:
    """The service of a box that is to watch `source`; its data is below `folder`."""
    code = http.post("/cameras", json={"camera_id": CAMERA}).raise_for_status().json()["code"]
    paired = ("--pair", code, "--backend-url", url, "--source", source, "--no-watch")
    _agent(folder, "pairing", *paired).process.wait(PAIRED_SEC)
    return Service("dolbom-agent@.service", lambda: _agent(folder, "box"))


def wait_until_heard(http: httpx.Client, box: Service) -> None:
    """Return once the server has heard of it; raises PartFailed."""
    give_up_at = time.monotonic() + HEARD_SEC
    while not http.get("/event/recent", params={"camera_id": CAMERA}).json():
        if time.monotonic() > give_up_at:
            raise PartFailed(f"the camera box does not report: {box.part.last_line()}")
        time.sleep(0.1)


def play(folder: Path) -> Part:
    """The box on the recording of a real fall; it ends by itself."""
    return _agent(folder, "recording", "--source", str(RECORDING))


def _agent(folder: Path, log: str, *options: str) -> Part:
    (folder / log).mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder / "agent")}
    return start("run-agent", *options, folder=folder / log, environment=environment)
