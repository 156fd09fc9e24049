"""What happens, a line each, as a person would want to follow it."""

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from contract.events import EventType
from demo.words import Words

BAR_WIDTH = 20


class Timeline:
    """Prints events and memos on `console`, each once."""

    def __init__(self, console: Console, words: Words) -> None:
        self.words = words
        self._console = console
        self._printed: set[str] = set()

    def say(self, text: str) -> None:
        """A line about the demo itself."""
        self._console.print(f"[dim]·[/] {text}")

    def show_event(self, event: dict[str, Any]) -> None:
        """Print `event` unless it was printed before."""
        if event["event_id"] in self._printed:
            return
        self._printed.add(event["event_id"])
        self._console.print(Text(f"{event.get('video_ts', 0.0):6.1f}s  ", style="dim"), end="")
        self._console.print(_describe(event, self.words))

    def show_memo(self, memo: dict[str, Any], delay_sec: float) -> None:
        """Print the memo as Kakao got it."""
        subtitle = self.words.delay.format(seconds=delay_sec)
        panel = Panel(Text(memo["text"]), title=self.words.memo, subtitle=subtitle, width=72)
        self._console.print(panel)


def _describe(event: dict[str, Any], words: Words) -> Text:
    match event["event_type"]:
        case EventType.START:
            return Text(f"START      {_name(event, words)} {event['prob']:.2f}", style="bold red")
        case EventType.END:
            scored = f"{_name(event, words)} {event['prob']:.2f}"
            text = f"END        {scored}, {event['duration_sec']:.1f} s"
            return Text(text, style="bold yellow")
        case EventType.PROBS:
            return Text("scores     " + "  ".join(_bar(*item) for item in event["probs"].items()))
        case _:
            text = f"heartbeat  {event['fps']:.0f} frames/s, pose in {event['pose_share']:.0%}"
            return Text(text, style="dim")


def _name(event: dict[str, Any], words: Words) -> str:
    label: str = event["event"]
    return words.labels.get(label, label)


def _bar(label: str, score: float) -> str:
    filled = round(score * BAR_WIDTH)
    return f"{label} {'█' * filled}{'·' * (BAR_WIDTH - filled)} {score:.2f}"
