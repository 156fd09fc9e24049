"""`run-agent` without its start: `python -m benchmarks.watched URL`.

Watches the clip that a line of stdin names, as fast as it goes, and answers with the CPU seconds
from the first frame on, all threads together.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from pydantic import HttpUrl

from agent.box import opened
from agent.build import assembled
from agent.config import AgentSettings, Inference
from agent.file_pace import FilePace
from agent.link import linked
from common.native_output import silence_native_stderr

DRAIN_SEC = 10.0


def main(url: Annotated[str, typer.Argument(help="The server.")]) -> None:
    """Watch one clip after the other."""
    silence_native_stderr()
    for line in sys.stdin:
        typer.echo(_watch(line.strip(), url))


def _watch(clip: str, url: str) -> float:
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder:
        settings = AgentSettings(
            source=clip,
            backend_base_url=HttpUrl(url),
            data_dir=Path(folder),
            inference=Inference.REMOTE,
            pace=FilePace.FAST,
        )
        with (
            opened(settings) as box,
            linked(settings, box.uploads, settings.camera_id) as link,
            assembled(box, link) as pipeline,
        ):
            started = time.process_time()
            pipeline.run()
            pipeline.outbox.wait_empty(DRAIN_SEC)
            return time.process_time() - started


if __name__ == "__main__":
    typer.run(main)
