"""The memo's text: Korean, at most 200 characters, what and where in its first line."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.alerts.channel import Alert, Memo
from contract.events import OUT_OF_SIGHT, STILL_DOWN

MAX_TEXT_LENGTH = 200
"""Characters that Kakao takes."""

MAX_NAME = 30
"""Characters of a camera's or label's name; with it no memo comes near the limit."""

LABEL_NAMES = {"fall": "낙상 (넘어짐)", "lying": "누워 있음"}
STATE_NAMES = {
    "lying": "누워 계신 것으로 보입니다.",
    OUT_OF_SIGHT: "지금은 카메라에 보이지 않습니다.",
}
WEEKDAYS = "월화수목금토일"
RESEND_MARK = "[재전송] "


def render(alert: Alert, zone: ZoneInfo, *, resend: bool = False) -> Memo:
    """Write the memo as it is to be read at three in the morning, in the household's local time."""
    mark = RESEND_MARK if resend else ""
    tell = _still_down if alert.label == STILL_DOWN else _incident
    what, *more = tell(alert, zone)
    lines = [f"{mark}{what} - {shorten(alert.camera_id)}", *more]
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


def _incident(alert: Alert, zone: ZoneInfo) -> list[str]:
    lines = [
        f"{LABEL_NAMES.get(alert.label) or shorten(alert.label)} 감지",
        f"{_when(alert, zone)}{_how_long(alert.duration_sec)}",
        f"{_state(alert)} 지금 바로 확인해 주세요.".strip(),
    ]
    return lines if alert.ended else [*lines, "시작된 뒤 끝났다는 신호가 아직 없습니다."]


def _still_down(alert: Alert, zone: ZoneInfo) -> list[str]:
    """That nobody was seen to get up: more than that the camera does not know."""
    if alert.ended:
        return [
            "넘어진 뒤 한동안 일어나는 모습이 보이지 않음",
            f"{_when(alert, zone)}{_how_long(alert.duration_sec)}",
            "그 뒤 일어난 것으로 보입니다. 그래도 확인해 주세요.",
        ]
    return [
        "넘어진 뒤 일어나는 모습이 보이지 않음",
        f"{_when(alert, zone)}부터",
        f"{_state(alert)} 지금 바로 확인하고, 필요하면 119에 신고해 주세요.".strip(),
    ]


def _state(alert: Alert) -> str:
    states = (alert.state or "").split("+")
    return " ".join(STATE_NAMES[state] for state in states if state in STATE_NAMES)


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
