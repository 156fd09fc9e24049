"""A conversation as a text that can be read without a program."""

from datetime import datetime
from zoneinfo import ZoneInfo

from contract.assistant import ConversationShown, Spoken, ToolCall
from contract.language import Language

SPEAKERS: dict[Language, dict[str, str]] = {
    "ko": {"person": "나", "assistant": "도우미", "unproved": "확인되지 않은 숫자"},
    "en": {"person": "I", "assistant": "Assistant", "unproved": "Numbers that no call has"},
}


def as_text(conversation: ConversationShown, zone: ZoneInfo, language: Language) -> str:
    """Its turns with their times, each answer with the calls that it stands on."""
    turns = [_turn(it, zone, SPEAKERS[language]) for it in conversation.turns]
    return "\n".join([conversation.title, "", *turns])


def _turn(turn: Spoken, zone: ZoneInfo, names: dict[str, str]) -> str:
    at = datetime.fromtimestamp(turn.at, zone)
    lines = [f"{names[turn.role]} ({at:%Y-%m-%d %H:%M})", turn.text, *map(_call, turn.tool_calls)]
    if turn.unproved:
        lines.append(f"{names['unproved']}: {', '.join(turn.unproved)}")
    return "\n".join([*lines, ""])


def _call(call: ToolCall) -> str:
    if call.answer is None:
        return f"[{call.id}] {call.error}"
    basis = call.answer.basis
    days = f", {basis.since}–{basis.until}" if basis.since and basis.until else ""
    return f"[{call.id}] {call.answer.tool}: {basis.table}, {basis.rows}{days}"
