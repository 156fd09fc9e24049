"""The memo's text: Korean, at most 200 characters, what and where in its first line."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.alerts.channel import Alert, Memo

MAX_TEXT_LENGTH = 200
"""Characters that Kakao takes."""

MAX_NAME = 30
"""Characters of a camera's or label's name; with it no memo comes near the limit."""

LABEL_NAMES = {"fall": "낙상 (넘어짐)", "lying": "누워 있음"}
STATE_NAMES = {"lying": "누워 계신 것으로 보입니다."}
WEEKDAYS = "월화수목금토일"
RESEND_MARK = "[재전송] "


def render(alert: Alert, zone: ZoneInfo, *, resend: bool = False) -> Memo:
    """Write the memo as it is to be read at three in the morning, in the household's local time."""
    what = LABEL_NAMES.get(alert.label) or shorten(alert.label)
    mark = RESEND_MARK if resend else ""
    lines = [
        f"{mark}{what} 감지 - {shorten(alert.camera_id)}",
        f"{_when(alert, zone)}{_how_long(alert.duration_sec)}",
        f"{STATE_NAMES.get(alert.state or '', '')} 지금 바로 확인해 주세요.".strip(),
    ]
    if not alert.ended:
        lines.append("시작된 뒤 끝났다는 신호가 아직 없습니다.")
    if resend:
        lines.append("앞의 알림이 도착했는지 알 수 없어 한 번 더 보냅니다.")
    return Memo("\n".join(lines), resend)


def shorten(name: str) -> str:
    """`name` on one line in at most MAX_NAME characters, never cut within one that is seen as one.

    Composed first: a decomposed Hangul syllable counts as up to three characters.
    """
    name = unicodedata.normalize("NFC", name)
    name = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in name).split())
    if len(name) <= MAX_NAME:
        return name
    end = MAX_NAME - 1
    while end > 0 and _joined(name, end):
        end -= 1
    return name[:end].rstrip() + "…"


def _joined(name: str, cut: int) -> bool:
    """Whether the characters on both sides of `cut` are shown as one (accents, emoji sequences)."""
    joiner = "\u200d"
    tone = "\U0001f3fb" <= name[cut] <= "\U0001f3ff"
    mark = unicodedata.category(name[cut]).startswith("M")
    return mark or tone or joiner in (name[cut], name[cut - 1])


def _when(alert: Alert, zone: ZoneInfo) -> str:
    """When it began: the event's time is that of its end."""
    began = datetime.fromtimestamp(alert.ended_at - (alert.duration_sec or 0.0), zone)
    half, hour = ("오전", "오후")[began.hour // 12], began.hour % 12 or 12
    day = f"{began.month}월 {began.day}일({WEEKDAYS[began.weekday()]})"
    return f"{day} {half} {hour}시 {began:%M분 %S초}"


def _how_long(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 59.95:
        return f", {seconds:.1f}초 동안"
    minutes, rest = divmod(round(seconds), 60)
    return f", {minutes}분 {rest}초 동안"
