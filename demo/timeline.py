"""What happens, a line each, as a person would want to follow it."""

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from contract.events import EventType

BAR_WIDTH = 20
NAMES = {
    "fall": "낙상 fall",
    "lying": "누움 lying",
    "still_down": "못 일어남 still down",
    "on_floor": "바닥에 있음 on the floor",
}


class Timeline:
    """Prints events and memos on `console`, each once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed: set[str] = set()

    def say(self, korean: str, english: str) -> None:
        """A line about the demo itself."""
        self._console.print(f"[dim]·[/] {korean} [dim]{english}[/]")

    def show_event(self, event: dict[str, Any]) -> None:
        """Print `event` unless it was printed before."""
        if event["event_id"] in self._printed:
            return
        self._printed.add(event["event_id"])
        self._console.print(Text(f"{event.get('video_ts', 0.0):6.1f}s  ", style="dim"), end="")
        self._console.print(_describe(event))

    def show_memo(self, memo: dict[str, Any], delay_sec: float) -> None:
        """Print the memo as Kakao got it."""
        title = "카카오톡 나에게 보내기 · KakaoTalk memo to oneself"
        subtitle = f"END 뒤 {delay_sec:.2f}초 · {delay_sec:.2f} s after the END"
        self._console.print(Panel(Text(memo["text"]), title=title, subtitle=subtitle, width=72))


def _describe(event: dict[str, Any]) -> Text:
    match event["event_type"]:
        case EventType.START:
            return Text(f"START      {_name(event)} {event['prob']:.2f}", style="bold red")
        case EventType.END:
            text = f"END        {_name(event)} {event['prob']:.2f}, {event['duration_sec']:.1f} s"
            return Text(text, style="bold yellow")
        case EventType.PROBS:
            return Text("scores     " + "  ".join(_bar(*item) for item in event["probs"].items()))
        case _:
            text = f"heartbeat  {event['fps']:.0f} frames/s, pose in {event['pose_share']:.0%}"
            return Text(text, style="dim")


def _name(event: dict[str, Any]) -> str:
    label: str = event["event"]
    return NAMES.get(label, label)


def _bar(label: str, score: float) -> str:
    filled = round(score * BAR_WIDTH)
    return f"{label} {'█' * filled}{'·' * (BAR_WIDTH - filled)} {score:.2f}"
