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
            name = _name(event["event"], words)
            return Text(f"START      {name} {event['prob']:.2f}", style="bold red")
        case EventType.END:
            name = _name(event["event"], words)
            lasted = words.lasted.format(seconds=event["duration_sec"])
            return Text(f"END        {name} {event['prob']:.2f}, {lasted}", style="bold yellow")
        case EventType.PROBS:
            bars = (_bar(_name(label, words), score) for label, score in event["probs"].items())
            return Text(words.scores.format(bars="  ".join(bars)))
        case _:
            seen = {name: event[name] for name in ("fps", "pose_share")}
            return Text(words.heartbeat.format(**seen), style="dim")


def _name(label: str, words: Words) -> str:
    return words.labels.get(label, label)


def _bar(name: str, score: float) -> str:
    filled = round(score * BAR_WIDTH)
    return f"{name} {'█' * filled}{'·' * (BAR_WIDTH - filled)} {score:.2f}"
