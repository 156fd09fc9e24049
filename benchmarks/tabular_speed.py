"""Rows answered a second, 16 clients, and a table of a million: `uv run python -m
benchmarks.tabular_speed`.

The peer is FastAPI with a pickle and pandas, in an environment that uv makes for it.
"""

import csv
import json
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.comparison import Comparison
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, digits, tell, timed
from benchmarks.servers import Server, serving
from contract.tabular import BatchSpec, TabularRow
from modeling.tabular.checkpoint import MODEL_NAME, TabularSchema, load_schema
from modeling.training.carried.batch import ANSWERS, CHECKPOINT, TABLE
from testkit.load import Request, post
from testkit.processes import Part, free_port, wait_ready
from testkit.tabular_models import make_model

CLIENTS = 16
DIFFERENT = 256
"""Rows that are sent over and over."""
PEER_PACKAGES = ("pandas==3.0.*", "fastapi", "uvicorn[standard]", "lightgbm==4.7.*")
PEER = Path(__file__).parent / "peers" / "tabular_server.py"
P99_LIMIT_MS = 20.0

Checkpoint = Annotated[
    Path | None,
    typer.Option(help="Folder of a model that answers values; one of 40 trees is made without it."),
]
TableRows = Annotated[int, typer.Option(help="Of the table; 0: none is answered.")]


def main(
    repeats: Repeats = 3,
    results: Results = RESULTS,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 3.0,
    checkpoint: Checkpoint = None,
    table_rows: TableRows = 1_000_000,
) -> None:
    """Measure answers a second beside FastAPI, pickle and pandas, and a whole table."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        folder = Path(name)
        models = folder / "checkpoints"
        models.mkdir()
        if checkpoint is None:
            make_model(models / "eclo")
        else:
            shutil.copytree(checkpoint, models / "eclo")
        schema = load_schema(models / "eclo")
        rows = [_row(schema, number) for number in range(DIFFERENT)]
        settings = {"VISION_CHECKPOINTS_PATH": str(models)}
        with serving("run-backend", settings=settings) as ours, _peer(folder, schema) as peer:
            _compare(ours, peer, rows, repeats, seconds, results)
        if table_rows:
            _answer_table(folder, schema, table_rows)


def _compare(
    ours: Server,
    peer: Server,
    rows: list[TabularRow],
    repeats: int,
    seconds: float,
    results: Path,
) -> None:
    runs, peers = by_turns(
        lambda: ours.run(CLIENTS, _asking("/api/predict/eclo", rows), seconds),
        lambda: peer.run(CLIENTS, _asking("/predict", rows), seconds),
        repeats,
    )
    comparison = Comparison(
        name="tabular_rows",
        work=f"Rows answered with reasons by one server process, {CLIENTS} clients, one a request.",
        peer="FastAPI, a pickled LightGBM model and a pandas.DataFrame a row, no history",
        unit="rows/s",
        better="higher",
        target=10,
        command="uv run python -m benchmarks.tabular_speed",
        ours=runs,
        peers=peers,
        p99_limit_ms=P99_LIMIT_MS,
    )
    tell(comparison, results)


def _asking(path: str, rows: list[TabularRow]) -> Request:
    requests = [post(path, json.dumps(row).encode()) for row in rows]
    return lambda number: requests[number % len(requests)]


def _row(schema: TabularSchema, seed: int) -> TabularRow:
    rng = np.random.default_rng(seed)
    return {
        it.name: str(rng.choice(it.categories))
        if it.kind == "category"
        else round(float(rng.uniform(it.low or 0.0, it.high or 1.0)), 1)
        for it in schema.features
    }


@contextmanager
def _peer(folder: Path, schema: TabularSchema) -> Iterator[Server]:
    """The peer, in an environment of its own below `folder`."""
    import lightgbm

    model = {
        "booster": lightgbm.Booster(model_file=folder / "checkpoints" / "eclo" / MODEL_NAME),
        "features": {it.name: it.categories for it in schema.features},
    }
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    python = _environment(folder / "environment")
    port, log = free_port(), folder / "peer.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
            [python, PEER, str(folder / "model.pkl"), "--port", str(port)],
            stdout=output,
            stderr=output,
        )
    part = Part("peer", process, log)
    try:
        wait_ready(part, f"http://127.0.0.1:{port}/health")
        yield Server(port, part)
    finally:
        part.stop()


def _environment(folder: Path) -> Path:
    """The interpreter of an environment with the peer's packages, which uv makes."""
    uv = shutil.which("uv")
    if uv is None:
        raise typer.BadParameter("expected uv on the PATH, which makes the peer's environment")
    python = folder / "bin" / "python"
    for arguments in (
        ["venv", "--quiet", "--python", sys.executable, str(folder)],
        ["pip", "install", "--quiet", "--python", str(python), *PEER_PACKAGES],
    ):
        command = [uv, *arguments]
        subprocess.run(command, check=True, env=os.environ)  # noqa: S603 (uv's own command)
    return python


def _answer_table(folder: Path, schema: TabularSchema, count: int) -> None:
    """Answer a table as a job's process does, and say how long that took."""
    job = folder / "job"
    job.mkdir()
    shutil.copytree(folder / "checkpoints" / "eclo", job / CHECKPOINT)
    rows = [_row(schema, number) for number in range(DIFFERENT)]
    with (job / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [it.name for it in schema.features])
        writer.writeheader()
        writer.writerows(rows[number % DIFFERENT] for number in range(count))
    spec = BatchSpec(
        model="eclo",
        version=schema.version,
        checkpoint={},
        table="",
        is_parquet=False,
        language="ko",
    )
    command = [
        sys.executable,
        "-m",
        "modeling.training.carried.batch",
        str(job),
        spec.model_dump_json(),
    ]
    with timed() as watch, (job / "said").open("wb") as said:
        # Its standard input stays open: it ends with its worker.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said)  # noqa: S603
        status = process.wait()
    memory_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if status or not (job / ANSWERS).exists():
        raise RuntimeError(f"the table was not answered: {(job / 'said').read_text()[-300:]}")
    size_mb = (job / TABLE).stat().st_size >> 20
    typer.echo(
        f"a table of {count:,} rows, {size_mb} MB: {digits(watch.wall_sec)} s, "
        f"at most {memory_mb} MB of memory"
    )


if __name__ == "__main__":
    typer.run(main)
