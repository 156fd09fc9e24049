"""`run-agent` without its start: `python -m benchmarks.watched VIDEO URL`.

Prints the CPU seconds from the first frame on, all threads together.
"""

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from pydantic import HttpUrl

from agent.assembly import assembled
from agent.box import opened
from agent.capture import Pace
from agent.config import AgentSettings, Inference
from modeling.native_output import silence_native_stderr

DRAIN_SEC = 10.0


def main(
    video: Annotated[Path, typer.Argument(help="The clip.")],
    url: Annotated[str, typer.Argument(help="The server.")],
) -> None:
    """Watch a clip as fast as it goes."""
    silence_native_stderr()
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder:
        settings = AgentSettings(
            source=str(video),
            backend_base_url=HttpUrl(url),
            data_dir=Path(folder),
            inference=Inference.REMOTE,
            pace=Pace.FAST,
        )
        with opened(settings) as box, assembled(box, settings.camera_id) as pipeline:
            started = time.process_time()
            pipeline.run()
            pipeline.outbox.wait_empty(DRAIN_SEC)
            typer.echo(time.process_time() - started)


if __name__ == "__main__":
    typer.run(main)
