"""What other versions cost whoever asks: `uv run python -m benchmarks.version_swap`.

Six clients ask without a pause for analyses of one window each: of the detector as it ships, of one
that is changed for another and back all the time, and of one with a shadow beside it. Any answer
but 200 ends the run. Then a version is replayed over the recorded fall, as a comparison does it.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import httpx2 as httpx
import numpy as np
import typer

from backend.storage.blobs import Blobs
from backend.storage.shared_file import SharedFile
from backend.versions.service import VersionService
from benchmarks.analyze_rate import as_npy
from benchmarks.harness import digits, timed
from benchmarks.servers import Server, serving
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from contract.versions import DETECTOR, Alias
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import track_moments
from modeling.training.carried.replayed import times_told
from testkit.households import HOME
from testkit.load import ask
from testkit.recording import save_longer
from testkit.versions import altered, compared, register

CLIENTS = 6
SWAP_SEC = 0.25
WINDOWS = 64
REPLAYS = 20


def main(seconds: Annotated[float, typer.Option(help="Of each run.")] = 10.0) -> None:
    """Measure answers with one detector, with one that changes, and with a shadow."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        folder = Path(name)
        with serving("run-backend", data_dir=folder / "data") as server:
            ids = _two_versions(folder)
            _tell("one detector", server, seconds)
            with _swapping(server, ids) as swaps:
                _tell("changed all the time", server, seconds)
            typer.echo(f"  {len(swaps)} times, each asked for {SWAP_SEC} s after the one before")
            _name(server, ids[1], Alias.SHADOW)
            _name(server, ids[0], Alias.PRODUCTION)
            _tell("with a shadow", server, seconds)
            typer.echo(f"  the shadow says {_get(server, f'/versions/{ids[1]}/shadow')}")
        _replay(folder)


def _two_versions(folder: Path) -> tuple[str, str]:
    """The one that ships, and one with another threshold that was compared with it."""
    with closing(SharedFile(folder / "data" / "jobs" / "factory.sqlite3")) as database:
        blobs = Blobs(folder / "data" / "blobs")
        versions = VersionService(database, blobs, shipped={DETECTOR: DEFAULT_CHECKPOINT})
        with timed() as watch:
            (shipped,) = versions.newest(HOME)
        typer.echo(f"the version that ships is registered in {digits(watch.wall_sec)} s")
        other = register(versions, altered(folder / "other", "other", threshold=0.7))
        compared(database, shipped, other)
    return shipped.id, other.id


def _tell(what: str, server: Server, seconds: float) -> None:
    windows = np.random.default_rng(0).normal(size=(WINDOWS, WINDOW_LENGTH, FEATURE_COUNT))
    load = ask(server.port, CLIENTS, as_npy(windows, 1), seconds)
    median, longest = load.took_sec[load.answers // 2] * 1000, load.took_sec[-1] * 1000
    typer.echo(
        f"{what}: {digits(load.answers / load.wall_sec)} answers/s, median {digits(median)} ms, "
        f"p99 {digits(load.p99_ms)} ms, longest {digits(longest)} ms, of {load.answers}"
    )


@contextmanager
def _swapping(server: Server, ids: tuple[str, str]) -> Iterator[list[str]]:
    """Let them serve by turns while the context lasts; the list grows with each change."""
    stopping, swaps = threading.Event(), list[str]()

    def swap() -> None:
        while not stopping.wait(SWAP_SEC):
            swaps.append(ids[(len(swaps) + 1) % 2])
            _name(server, swaps[-1], Alias.PRODUCTION)

    thread = threading.Thread(target=swap)
    thread.start()
    yield swaps
    stopping.set()
    thread.join()


def _name(server: Server, version_id: str, alias: Alias) -> None:
    url = f"http://127.0.0.1:{server.port}/versions/{version_id}/alias"
    said = {"alias": alias, "reason": "a benchmark"}
    httpx.post(url, json=said, trust_env=False, timeout=30.0).raise_for_status()


def _get(server: Server, path: str) -> str:
    return httpx.get(f"http://127.0.0.1:{server.port}{path}", trust_env=False).text


def _replay(folder: Path) -> None:
    """How long a version takes over one incident: 10 s before it, and 20 s after it."""
    save_longer(folder / "fall.npz", before_sec=10, after_sec=18)
    detector, track = Detector.load(DEFAULT_CHECKPOINT), PoseTrack.load(folder / "fall.npz")
    with timed() as watch:
        for _ in range(REPLAYS):
            times_told(detector, track_moments(track))
    each = watch.wall_sec / REPLAYS * 1000
    typer.echo(f"an incident of {digits(track.times[-1])} s is replayed in {digits(each)} ms")


if __name__ == "__main__":
    typer.run(main)
