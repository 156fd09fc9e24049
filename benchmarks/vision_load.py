"""Predictions over HTTP: `uv run python -m benchmarks.vision_load`.

Eight connections of one client process ask for the posture in 640 x 480 JPEGs, as fast as they are
answered: of `run-backend` alone, and of a `run-backend` that forwards to `run-vision`. The two take
turns, each round on freshly started servers. Client and servers share the machine's cores.
"""

import http.client
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import httpx2 as httpx
import numpy as np
import typer
from PIL import Image

from benchmarks.image_checkpoint import checkpoints
from testkit.processes import TO_TRY_OUT, Part, free_port, start, wait_ready

CONNECTIONS = 8
PICTURES = 16
WARM_UP_SEC = 1.0
MIN_RATE, MAX_P99_MS, MAX_LOSS = 150.0, 150.0, 0.45


@dataclass(frozen=True)
class Load:
    """What came of one round."""

    rate: float
    p50_ms: float
    p99_ms: float
    refused: int
    cpu_ms: float = 0.0
    """Of all servers, for one prediction."""


def ask(port: int, seconds: float) -> Load:
    """Ask over all connections for so long; the first second counts for nothing."""
    requests = [_form(picture(seed)) for seed in range(PICTURES)]
    begin = time.perf_counter() + WARM_UP_SEC
    took: list[float] = []
    refused: list[int] = []

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (began := time.perf_counter()) < begin + seconds:
            number += 1
            content_type, body = requests[number % PICTURES]
            connection.request("POST", "/api/v1/predict", body, {"Content-Type": content_type})
            answer = connection.getresponse()
            label = json.loads(answer.read()).get("label")
            if began >= begin:
                took.append((time.perf_counter() - began) * 1000)
                refused.extend([answer.status] if label is None else [])

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    return Load(len(took) / seconds, took[len(took) // 2], took[-len(took) // 100], len(refused))


def _form(image: bytes) -> tuple[str, bytes]:
    """Content-Type and body."""
    files = {"image": image}
    request = httpx.Request("POST", "http://server", data={"model_name": "posture"}, files=files)
    return request.headers["Content-Type"], request.read()


def picture(seed: int) -> bytes:
    """A JPEG of 640 x 480 with large shapes, edges and the noise of a camera, some 60 kB."""
    random = np.random.default_rng(seed)
    shapes = Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8))
    large = np.asarray(shapes.resize((640, 480), Image.Resampling.BICUBIC)).astype(np.int16)
    large[120:360, 200:300] //= 2
    noisy = np.clip(large + random.normal(0, 6, large.shape), 0, 255).astype(np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(noisy).save(encoded, "JPEG", quality=85)
    return encoded.getvalue()


@contextmanager
def serving(folder: Path, *, split: bool) -> Iterator[tuple[int, list[int]]]:
    """The port of a server that predicts by itself, or through another one; the process ids."""
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        settings = TO_TRY_OUT | {"DATA_DIR": f"{name}/data", "VISION_CHECKPOINTS_PATH": str(folder)}
        # The other server counts all that is forwarded as one client.
        settings |= {"CLIENT_REQUESTS_PER_SEC": "1000000"}
        parts = []
        if split:
            vision = free_port()
            parts.append(_run(stack, Path(name), "run-vision", vision, settings))
            settings["VISION_URL"] = f"http://127.0.0.1:{vision}"
        port = free_port()
        parts.append(_run(stack, Path(name), "run-backend", port, settings))
        yield port, [part.process.pid for part in parts]


def _run(stack: ExitStack, folder: Path, name: str, port: int, settings: dict[str, str]) -> Part:
    options = ("--host", "127.0.0.1", "--port", str(port))
    part = start(name, *options, folder=folder, environment=settings)
    stack.callback(part.stop)
    wait_ready(part, f"http://127.0.0.1:{port}/health")
    return part


def _round(folder: Path, seconds: float, *, split: bool) -> Load:
    with serving(folder, split=split) as (port, pids):
        command = [sys.executable, "-m", "benchmarks.vision_load", "--ask", str(port)]
        before = sum(_cpu_sec(pid) for pid in pids)
        done = subprocess.run(  # noqa: S603 (our own command, no shell)
            [*command, "--seconds", str(seconds)], capture_output=True, text=True, check=True
        )
        spent = sum(_cpu_sec(pid) for pid in pids) - before
    load = Load(**json.loads(done.stdout))
    asked = load.rate * (seconds + WARM_UP_SEC)
    return replace(load, cpu_ms=spent * 1000 / asked)


def _cpu_sec(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _summary(name: str, values: list[float], unit: str) -> str:
    middle = statistics.median(values)
    return f"{name}: {middle:.1f} {unit} ({min(values):.1f} to {max(values):.1f})"


def _report(name: str, loads: list[Load]) -> None:
    for figure, unit in (
        ("rate", "predictions/s"),
        ("p50_ms", "ms"),
        ("p99_ms", "ms"),
        ("cpu_ms", "ms"),
    ):
        values = [getattr(load, figure) for load in loads]
        typer.echo(_summary(f"{name}, {figure.removesuffix('_ms')}", values, unit))


def main(
    rounds: Annotated[int, typer.Option(help="Of each kind, by turns.")] = 5,
    seconds: Annotated[float, typer.Option(help="Of each round.")] = 10.0,
    ask_port: Annotated[int | None, typer.Option("--ask", hidden=True)] = None,
) -> None:
    """Measure both ways, and say whether they keep what is promised."""
    if ask_port is not None:
        typer.echo(json.dumps(asdict(ask(ask_port, seconds))))
        return
    with checkpoints() as folder:
        pairs = [
            (_round(folder, seconds, split=False), _round(folder, seconds, split=True))
            for _ in range(rounds)
        ]
    single, split = ([pair[side] for pair in pairs] for side in (0, 1))
    _report("one server", single)
    _report("split in two", split)
    losses = [1 - two.rate / one.rate for one, two in pairs]
    typer.echo(_summary("lost by the split", [loss * 100 for loss in losses], "%"))
    worst = max(load.p99_ms for load in single)
    rate = statistics.median(load.rate for load in single)
    refused = sum(load.refused for pair in pairs for load in pair)
    kept = rate >= MIN_RATE and worst <= MAX_P99_MS and statistics.median(losses) <= MAX_LOSS
    if refused or not kept:
        sys.exit(f"short of what is promised; {refused} requests were not answered")


if __name__ == "__main__":
    typer.run(main)
