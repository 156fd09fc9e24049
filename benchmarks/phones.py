"""What phones are told, and when: `uv run python -m benchmarks.phones COMMAND`.

`ring` lets URFD's falls be watched at live pace, each by a camera box of its own, and counts from
the impact until the stand-ins of ntfy and of a push service have it (`impact_to_memo` says what the
impact is). `answer` lets one of two people answer, and counts until the other one's page and
phone say so. `watch` opens page Now in as many tabs of a real browser while somebody moves.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.progress import track

from agent.file_pace import FilePace
from benchmarks.finding import Figure, Finding, tell
from benchmarks.harness import RESULTS, Results, process_cpu_sec, spread, timed
from benchmarks.impact_to_memo import impacts_of, watch_fall
from benchmarks.live_poses import CAMERA, PATIENCE_SEC, SETTLE_SEC, moving
from benchmarks.phone_home import PageListener, PhoneHome, phone_home
from benchmarks.told_falls import Fall, quantile
from modeling.training.evaluate.intervals import Rate
from testkit.browser import launch

app = typer.Typer(no_args_is_help=True, add_completion=False)

RING_MEDIAN_SEC, RING_P99_SEC, WORD_SEC, CORE, DRAWN_PER_SEC = 3.0, 6.0, 1.0, 0.25, 5.0
DRAWS = """() => {
  globalThis.drawn = 0;
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    drawn += 1;
    clearRect.apply(this, area);
  };
}"""
"""Counts the poses that a page draws: each begins with an empty canvas."""


@app.command()
def ring(
    urfd: Annotated[Path, typer.Option(help="URFD, as ../shared/data has it.")] = Path(
        "../shared/data/urfd"
    ),
    results: Results = RESULTS,
    clips: Annotated[int, typer.Option(min=1, help="Only the first so many.")] = 30,
) -> None:
    """Time the first ring of real falls from the impact on, five minutes."""
    impacts = list(islice(impacts_of(urfd.resolve() / "clips.csv").items(), clips))
    rung: dict[str, list[Fall]] = {"ntfy": [], "the push service": []}
    with phone_home() as home:
        for clip, impact in track(impacts, "falls", console=Console(stderr=True)):
            video = urfd / "videos" / f"{clip}.mp4"
            fall = watch_fall(home.at, clip, video, impact, partial(home.rang, clip))
            home.be_over()
            if fall is not None and fall.took > 0:
                rung["ntfy"].append(fall)
                later = home.pushed_at(clip) - home.rang_at(clip)
                rung["the push service"].append(replace(fall, memo=fall.memo + later))
    counted = [(clip, clip in {fall.clip for fall in rung["ntfy"]}) for clip, _ in impacts]
    loads = statistics.median(fall.load for fall in rung["ntfy"])
    _tell(
        "impact_to_ring",
        f"URFD's falls at live pace, {len(impacts)} of them, from the impact to the first ring.",
        f"Told: {Rate.over_groups(counted)}. {loads:.1f} processes wanted to run.",
        [figure for name, falls in rung.items() for figure in _rings(name, falls)],
        results,
    )


@app.command()
def answer(
    results: Results = RESULTS,
    falls: Annotated[int, typer.Option(min=2, help="How many are answered.")] = 50,
) -> None:
    """Time the word that somebody has answered, a minute."""
    on_page, by_ntfy = [], []
    with phone_home() as home, PageListener(home.at.server_url) as page:
        for number in track(range(falls), "answers", console=Console(stderr=True)):
            answered = home.answer_a_fall(f"room-{number}")
            on_page.append(page.says_at(answered.incident_id) - answered.at)
            by_ntfy.append(home.told_at(answered) - answered.at)
            home.be_over()
    figures = [
        *_words("answer to the other's page", on_page),
        *_words("answer to the other's phone", by_ntfy),
    ]
    work = f"{falls} answers by the button of a message, from the press to the other person."
    _tell("answer_to_word", work, "", figures, results)


@app.command()
def watch(
    tabs: Annotated[int, typer.Option(min=1, help="How many tabs look on.")] = 20,
    seconds: Annotated[float, typer.Option(min=5, help="How long.")] = 30.0,
) -> None:
    """Let real browsers look on, and show what they draw and what the server takes for them."""
    with phone_home() as home, tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder:
        source = Path(folder) / "moving.npz"
        moving(2 * seconds + 3 * SETTLE_SEC + PATIENCE_SEC).save(source)
        agent = home.at.start_agent(CAMERA, source, FilePace.REALTIME)
        try:
            time.sleep(SETTLE_SEC)
            with timed(lambda: process_cpu_sec(home.at.server_pid)) as alone:
                time.sleep(seconds)
            drawn, share = _look_on(home, tabs, seconds)
        finally:
            agent.stop()
    typer.echo(
        f"{tabs} tabs on page Now draw {spread(drawn)} poses a second. The server takes "
        f"{share:.1%} of a core, and {alone.cpu_sec / alone.wall_sec:.1%} with nobody looking on"
    )
    if min(drawn) < DRAWN_PER_SEC or share > CORE:
        sys.exit("short of what is promised: 5 poses a second, a quarter of a core")


def _look_on(home: PhoneHome, tabs: int, seconds: float) -> tuple[list[float], float]:
    """The poses that each tab draws a second, and the server's share of a core meanwhile."""
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = stack.enter_context(launch(playwright))
        pages = [browser.new_page() for _ in range(tabs)]
        for page in pages:
            page.add_init_script(f"({DRAWS})()")
            page.goto(home.at.server_url, wait_until="load")
        pages[0].wait_for_timeout(SETTLE_SEC * 1000)
        before = [page.evaluate("drawn") for page in pages]
        with timed(lambda: process_cpu_sec(home.at.server_pid)) as watched:
            pages[0].wait_for_timeout(seconds * 1000)
        after = [page.evaluate("drawn") for page in pages]
    drawn = [(last - first) / watched.wall_sec for first, last in zip(before, after, strict=True)]
    return drawn, watched.cpu_sec / watched.wall_sec


def _rings(name: str, falls: Sequence[Fall]) -> list[Figure]:
    took, clips = [fall.took for fall in falls], np.array([fall.clip for fall in falls])
    return [
        Figure(f"impact to {name}, median", "s", RING_MEDIAN_SEC, quantile(took, 0.5, clips)),
        Figure(f"impact to {name}, p99", "s", RING_P99_SEC, quantile(took, 0.99, clips)),
    ]


def _words(name: str, took: Sequence[float]) -> list[Figure]:
    each = np.array([str(number) for number in range(len(took))])
    return [
        Figure(f"{name}, median", "s", WORD_SEC, quantile(took, 0.5, each)),
        Figure(f"{name}, p99", "s", WORD_SEC, quantile(took, 0.99, each)),
    ]


def _tell(name: str, work: str, remark: str, figures: list[Figure], results: Path) -> None:
    """Print and keep it; ends the program where a claim does not hold."""
    command = f"uv run python -m benchmarks.phones {name.partition('_')[0]}"
    today = datetime.now(UTC).date().isoformat()
    finding = Finding(name, work, remark, command, today, tuple(figures))
    tell(finding, results)
    if not finding.is_reached:
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
