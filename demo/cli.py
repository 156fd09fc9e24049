"""`run-demo`: a real fall becomes an alert, through every part, on this one machine."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import typer
from rich.console import Console

from common.cli import fail, run
from contract.events import FALL, EventType
from demo.stage import Stage, open_page, stage
from demo.timeline import Timeline
from demo.words import words_for
from testkit.processes import Part, PartFailed
from testkit.recording import RECORDING, save_longer

POLL_SEC = 0.1
# After its last event the alert has this long to arrive.
ALERT_SEC = 15.0


def show(
    source: Annotated[
        str | None,
        typer.Option(help="A video file, camera index or URL instead of the recording."),
    ] = None,
    keep: Annotated[
        bool, typer.Option(help="Leave it running after the alert, to look at the page.")
    ] = False,
) -> None:
    """Start server, Kakao stand-in and camera box, and show how a fall becomes an alert."""
    timeline = Timeline(Console(), words_for(os.environ))
    try:
        with stage(timeline) as on:
            open_page(on, timeline)
            timeline.say(timeline.words.starting_camera)
            box = on.play(_resolve(source))
            _follow(on, box, timeline)
            timeline.say(timeline.words.goes_on if keep else timeline.words.with_keep)
            if keep:
                again = _resolve(source) if source else _longer(on.folder)
                _go_on(on, box, again, timeline)
    except (PartFailed, httpx.HTTPError) as failure:
        fail(f"the demo failed: {failure}")


def _resolve(source: str | None) -> str:
    if source is None:
        return str(RECORDING)
    return source if source.isdigit() or "://" in source else str(Path(source).resolve())


def _longer(folder: Path) -> str:
    """The recording with time to look at the page before somebody falls, and after it."""
    path = folder / "longer.npz"
    save_longer(path, before_sec=5, after_sec=10)
    return str(path)


def _follow(on: Stage, box: Part, timeline: Timeline) -> None:
    """Print what happens until the alert has arrived; raises PartFailed when none comes."""
    ended_at = None
    while True:
        # Asked before the events are read, so that the last of them are not missed.
        ended = box.process.poll()
        # The memo is asked for first: the END that it came of is then among the events.
        memos, events = on.memos(), on.events()
        for event in events:
            timeline.show_event(event)
        if memos:
            return timeline.show_memo(memos[0], _delay(events, memos[0]))
        if ended is not None:
            ended_at = ended_at or time.monotonic()
            _check_hope(box, events, time.monotonic() - ended_at)
        time.sleep(POLL_SEC)


def _check_hope(box: Part, events: list[dict[str, Any]], waited_sec: float) -> None:
    _check_end(box)
    fell = any(e["event_type"] == EventType.END and e["event"] == FALL for e in events)
    if not fell:
        raise PartFailed("the source ended, and no fall was seen in it")
    if waited_sec > ALERT_SEC:
        raise PartFailed(f"the fall was recorded, but no memo came within {ALERT_SEC:.0f} s")


def _check_end(box: Part) -> None:
    if box.process.returncode != 0:
        raise PartFailed(f"run-agent ended with {box.process.returncode}: {box.last_line()}")


def _delay(events: list[dict[str, Any]], memo: dict[str, Any]) -> float:
    received_at: float = memo["received_at"]
    ends: list[float] = [e["received_at"] for e in events if e["event_type"] == EventType.END]
    return max(0.0, received_at - max(ends, default=received_at))


def _go_on(on: Stage, box: Part, source: str, timeline: Timeline) -> None:
    """Until Ctrl-C. The box begins on `source` when it has ended and its fall was answered."""
    with contextlib.suppress(KeyboardInterrupt):
        shown = 1  # the memo that ended the demo proper
        while True:
            memos, events = on.memos(), on.events()
            for event in events:
                timeline.show_event(event)
            for memo in memos[shown:]:
                timeline.show_memo(memo, _delay(events, memo))
            shown = len(memos)
            if box.process.poll() is not None and on.is_fall_over():
                _check_end(box)
                timeline.say(timeline.words.begins_again)
                box = on.play(source)
            time.sleep(1.0)


def main() -> None:
    """Entry point of `run-demo`."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # As an exception it takes the started parts down, too.
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    run(show)
