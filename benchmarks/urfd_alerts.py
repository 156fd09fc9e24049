"""Alerts on real video: `uv run python -m benchmarks.urfd_alerts`.

Each clip of URFD's horizontal camera goes through `run-agent` as a process of its own, to one
server and one Kakao stand-in, as a household would run it. Counts the memos that arrived, and
measures the time from an END to its memo while the shipped recording is played in real time.
"""

import statistics
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from agent.file_pace import FilePace
from testkit.films import VIDEOS, Videos
from testkit.household import Household, camera_of, household
from testkit.recording import RECORDING


def main(
    videos: Videos = VIDEOS,
    jobs: Annotated[int, typer.Option(help="Agents at a time.")] = 2,
    plays: Annotated[int, typer.Option(help="Plays of the recording for the latency.")] = 10,
) -> None:
    """Count the alerts on the falls and on daily living, and time them."""
    clips = sorted(videos.resolve().glob("*-cam0.mp4"))
    if not clips:
        sys.exit(f"no clips *-cam0.mp4 in {videos}")
    with household() as at:
        with ThreadPoolExecutor(jobs) as pool:
            codes = list(
                track(
                    pool.map(lambda clip: _watch(at, clip.stem, clip, FilePace.FAST), clips),
                    total=len(clips),
                )
            )
        memos = Counter(camera_of(memo) for memo in at.memos())
        promised = _report_counts([clip.stem for clip in clips], memos, codes)
        for play in track(range(plays), description="latency"):
            _watch(at, f"play-{play}", RECORDING, FilePace.REALTIME)
        promised &= _report_latency(at)
    if not promised:
        sys.exit("short of what is promised: 28 of 30 falls, 2 of 40 daily clips, 0.5 s")


def _watch(at: Household, camera: str, source: Path, pace: FilePace) -> int:
    return at.start_agent(camera, source, pace).process.wait()


def _report_counts(cameras: list[str], memos: Counter[str], codes: list[int]) -> bool:
    falls = [name for name in cameras if name.startswith("fall-")]
    living = [name for name in cameras if name.startswith("adl-")]
    once = [name for name in falls if memos[name] == 1]
    alarmed = [name for name in living if memos[name] > 0]
    typer.echo(f"falls alerted exactly once: {len(once)} of {len(falls)}")
    typer.echo(f"  missed: {[name for name in falls if memos[name] == 0]}")
    typer.echo(f"  more than once: {[name for name in falls if memos[name] > 1]}")
    typer.echo(f"daily living with an alert: {len(alarmed)} of {len(living)} {alarmed}")
    failed = sum(code != 0 for code in codes)
    typer.echo(f"agents that did not exit 0: {failed} of {len(codes)}")
    return len(falls) - len(once) <= 2 and len(alarmed) <= 2 and failed == 0


def _report_latency(at: Household) -> bool:
    arrived = at.memo_times()
    ends = [e for e in at.events(limit=1000, event_type="END") if e["event"] == "fall"]
    played = [e for e in ends if e["camera_id"].startswith("play-")]
    times = [arrived[end["camera_id"]] - end["ts"] for end in played]
    typer.echo(
        f"END to memo, {len(times)} plays in real time: median {statistics.median(times):.3f} s, "
        f"{min(times):.3f} to {max(times):.3f} s"
    )
    return bool(statistics.median(times) < 0.5)


if __name__ == "__main__":
    typer.run(main)
