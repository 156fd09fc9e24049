"""Requests made up from the OpenAPI description: `uv run python -m benchmarks.fuzz_backend`.

Schemathesis asks `run-backend` for its description and sends what fits it and what does not. Each
answer must be one that is described, in the shape that is described, and none a server's error.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from testkit.processes import free_port, start, wait_ready

ROOT = str(Path(__file__).resolve().parents[1])
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
)


def fuzz(url: str, api_key: str, folder: Path, *, examples: int, seed: int) -> tuple[bool, str]:
    """Whether the server at `url` passed, and the report; files go to `folder`."""
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{url}/openapi.json"]
    command += ["--header", f"Authorization: Bearer {api_key}", "--checks", ",".join(CHECKS)]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(examples)]
    command += ["--seed", str(seed), "--continue-on-failure", "--no-color"]
    done = subprocess.run(  # noqa: S603 (no shell)
        command,
        cwd=folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "benchmarks.fuzz_bodies", "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def main(
    examples: Annotated[int, typer.Option(help="Made up for each route, at most.")] = 500,
    seed: Annotated[int, typer.Option(help="Of what is made up.")] = 0,
) -> None:
    """Send a server what its own description leads one to, and show what it did not stand."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        folder, port, api_key = Path(name), free_port(), secrets.token_urlsafe(16)
        environment = {
            "DATA_DIR": str(folder / "data"),
            "API_KEY": api_key,
            "CLIENT_REQUESTS_PER_SEC": "1000000",
        }
        options = ("--host", "127.0.0.1", "--port", str(port))
        part = start("run-backend", *options, folder=folder, environment=environment)
        try:
            wait_ready(part, f"http://127.0.0.1:{port}/health")
            passed, report = fuzz(
                f"http://127.0.0.1:{port}", api_key, folder, examples=examples, seed=seed
            )
        finally:
            part.stop()
    typer.echo(report)
    if not passed:
        sys.exit("short of what is promised: no 500, and only answers that are described")


if __name__ == "__main__":
    typer.run(main)
