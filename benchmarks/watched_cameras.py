"""Several cameras in one `run-agent`: `python -m benchmarks.watched_cameras URL VIDEO...`.

Each video is played at its own pace, as a camera would. See `benchmarks.ages` for what it says.
"""

import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from pydantic import HttpUrl

from agent.analyzer import Analyzer
from agent.box import opened
from agent.build import assembled
from agent.config import AgentSettings
from agent.link import linked
from benchmarks.ages import Ages, Watched, answer_runs, wait_until
from common.native_output import silence_native_stderr
from contract.analysis import Analysis
from modeling.perception.windows.windows import Moment

DRAIN_SEC = 10.0


class Timed:
    """Answers as `analyzer` does, and notes how old the moment is by then."""

    def __init__(self, analyzer: Analyzer, ages: Ages) -> None:
        self.name = analyzer.name
        self._analyzer = analyzer
        self._ages = ages

    def analyze(self, moment: Moment) -> list[Analysis]:
        """Raises what the analyzer raises."""
        analyses = self._analyzer.analyze(moment)
        self._ages.note(moment.frame_idx, time.monotonic())
        return analyses


def main(
    url: Annotated[str, typer.Argument(help="The server.")],
    videos: Annotated[list[Path], typer.Argument(help="A clip for each camera.")],
) -> None:
    """Watch all clips at once, as often as it is asked for."""
    silence_native_stderr()
    # Loaded before it counts, as on the other side.
    import modeling.perception.poses.pose_estimator  # noqa: F401

    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder:
        settings = AgentSettings(
            cameras={video.stem: str(video) for video in videos},
            backend_base_url=HttpUrl(url),
            data_dir=Path(folder),
        )
        answer_runs(lambda began: _watch(settings, began))


def _watch(settings: AgentSettings, began: float) -> Watched:
    with opened(settings) as box, ExitStack() as stack:
        links = [linked(settings, box.uploads, name) for name in settings.watched]
        pipelines = [
            stack.enter_context(assembled(box, stack.enter_context(link))) for link in links
        ]
        ages = [Ages(began) for _ in pipelines]
        for pipeline, its_ages in zip(pipelines, ages, strict=True):
            pipeline.worker.analyzer = Timed(pipeline.worker.analyzer, its_ages)
        threads = [threading.Thread(target=pipeline.run) for pipeline in pipelines]
        wait_until(began)
        cpu_sec = time.process_time()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for pipeline in pipelines:
            pipeline.outbox.wait_empty(DRAIN_SEC)
        cpu_sec = time.process_time() - cpu_sec
    return Watched([age for its_ages in ages for age in its_ages.ages_ms], cpu_sec)


if __name__ == "__main__":
    typer.run(main)
