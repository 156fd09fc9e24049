"""The memo: what and where in its first line, at most 200 characters in Korean; and in English."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.alerts.channels.base import Alert, Button, Memo
from backend.alerts.message.daily_word import write_daily_word
from backend.alerts.message.wording import ENGLISH, KOREAN, WORDS, Wording
from backend.alerts.policy import DAILY_WORD, is_urgent
from backend.alerts.recipients import PLAIN, Envelope, Place
from backend.cameras.names import name_at_home
from backend.troubles.phrase import Phrase
from backend.troubles.table import TROUBLES
from contract.events import FALL, NOTIFIED_AT_START, states_of
from contract.names import visible
from contract.trouble import ONE_LEFT

MAX_TEXT_LENGTH = 200
"""Characters that Kakao takes."""

MAX_NAME = 30
"""Characters of a camera's or label's name; with it no memo comes near the limit."""

MAX_FULL_LENGTH = 400
"""Characters for channels with more room."""

MAX_PLACE = 20
"""Characters of who lives there, and of what opens the door."""

LEAST_ADDRESS = 10
"""Characters below which an address helps nobody."""

ASK = "ask"
"""The notice that asks for an answer."""

LATE_SEC = 60.0
"""What arrives so much later, or earlier, than its sender says has both times in its memo."""


@dataclass(frozen=True)
class Marks:
    """What a memo says of itself: that it is a `resend`, or, not `recorded`, may come once more."""

    resend: bool = False
    recorded: bool = True

    def head(self, words: Wording) -> str:
        """Before the first line."""
        return words.resend_mark if self.resend else ""

    def note(self, words: Wording) -> str:
        """The last line."""
        if self.resend:
            return words.resend_note
        return "" if self.recorded else words.unrecorded_note


NO_MARKS = Marks()
Write = Callable[[Wording, int], str]
"""Writes a text in one language, within a limit."""


def render(
    alert: Alert, zone: ZoneInfo, marks: Marks = NO_MARKS, envelope: Envelope = PLAIN
) -> Memo:
    """Write the memo as it is to be read at three in the morning, in the household's local time."""

    def write(words: Wording, limit: int) -> str:
        if alert.notice == DAILY_WORD:
            return write_daily_word(alert, zone, words, limit, envelope.household)
        if alert.notice is not None:
            return _notice(alert, zone, words, limit, marks, envelope)
        return _text(alert, zone, words, limit, marks, envelope)

    return memo_of(write, alert, marks, envelope)


def memo_of(write: Write, alert: Alert, marks: Marks, envelope: Envelope) -> Memo:
    """What `write` writes in its reader's language, or in both, with the answers it asks for."""
    words = ENGLISH if envelope.titles == "en" else KOREAN
    asks = envelope.link is not None and alert.notice in (None, ASK)
    buttons = tuple(Button(*each) for each in words.buttons.items()) if asks else ()
    alone = WORDS.get(envelope.language) if envelope.language else None
    return Memo(
        write(alone or KOREAN, MAX_TEXT_LENGTH),
        marks.resend,
        "" if alone else write(ENGLISH, MAX_FULL_LENGTH),
        urgent=is_urgent(alert),
        link=envelope.link,
        buttons=buttons,
        incident=alert.incident,
        full=write(alone or KOREAN, MAX_FULL_LENGTH),
    )


def shorten(name: str, limit: int = MAX_NAME) -> str:
    """`name` on one line in at most `limit` characters, never cut within one that is seen as one.

    Composed first: a decomposed Hangul syllable counts as up to three characters.
    """
    name = visible(unicodedata.normalize("NFC", name))
    if len(name) <= limit:
        return name
    end = limit - 1
    while end > 0 and _joined(name, end):
        end -= 1
    return name[:end].rstrip() + "…"


def _text(
    alert: Alert, zone: ZoneInfo, words: Wording, limit: int, marks: Marks, envelope: Envelope
) -> str:
    """The place, the arrival, the picture and the detail get the room that the rest leaves."""
    phrase = phrase_of(alert, words)
    lines = [
        _head(alert, phrase.what, words, marks, envelope),
        _when(alert, zone, words),
        f"{_state(alert, words)} {phrase.advice}".strip(),
        "" if alert.ended or _lasts(alert) else words.unfinished_note,
        words.again.format(count=alert.round) if alert.round and not alert.test else "",
        marks.note(words),
    ]
    if envelope.place and not alert.test:
        lines[3:3] = _where(envelope.place, words, limit - sum(len(it) + 1 for it in lines if it))
    further = (arrival_of(alert, zone, words), _picture(alert, words), _detail(alert, words))
    for index, text in enumerate(further, start=2):
        room = limit - sum(len(line) + 1 for line in lines if line)
        lines.insert(index, shorten(text, room) if room > 1 else "")
    return _within(limit, lines)


def _notice(
    alert: Alert, zone: ZoneInfo, words: Wording, limit: int, marks: Marks, envelope: Envelope
) -> str:
    """What has become of an incident, whose own words are in the second line."""
    notice = words.notices[alert.notice or ""]
    what = notice.what.format(who=words.who(shorten(alert.detail or "")))
    lines = [
        _head(alert, what, words, marks, envelope),
        f"{phrase_of(alert, words).what}, {_when(alert, zone, words)}",
        notice.advice,
        marks.note(words),
    ]
    return _within(limit, lines)


def _within(limit: int, lines: Sequence[str]) -> str:
    """As many of the lines as there is room for, from the first on."""
    written = [line for line in lines if line]
    while len("\n".join(written)) > limit:
        written.pop()
    return "\n".join(written)


def _head(alert: Alert, what: str, words: Wording, marks: Marks, envelope: Envelope) -> str:
    place = place_of(alert, words, envelope)
    test = words.test_mark if alert.test else ""
    return f"{marks.head(words)}{test}{what}{f' - {place}' if place else ''}"


def place_of(alert: Alert, words: Wording, envelope: Envelope) -> str:
    """Where it is, with the household for a reader of several; empty of the server alone."""
    camera = shorten(name_at_home(alert.camera_id))
    if not envelope.household:
        return camera
    household = shorten(envelope.household, MAX_PLACE)
    return words.of_household.format(household=household, place=camera or words.server)


def _where(place: Place, words: Wording, room: int) -> list[str]:
    """Where helpers are to come, and what to say to 119: as much as there is room for."""
    who = words.who(shorten(place.resident or "", MAX_PLACE))
    script = words.call_119.format(who=who)
    code = shorten(place.entry_code or "", MAX_PLACE)
    entry = words.entry.format(code=code) if code else ""
    left = room - len(script) - len(words.address.format(address="", entry=entry)) - 2
    if left < LEAST_ADDRESS:
        return [script] if len(script) < room else []
    return [words.address.format(address=shorten(place.address, left), entry=entry), script]


def _detail(alert: Alert, words: Wording) -> str:
    """As it was sent; what the watchdog writes is English."""
    is_foreign = alert.label in TROUBLES and words is not ENGLISH
    return "" if is_foreign else alert.detail or ""


def phrase_of(alert: Alert, words: Wording) -> Phrase:
    """What has happened, and what to do about it."""
    if alert.test:
        return words.self_test
    if phrase := _ending(alert, words):
        return phrase
    if trouble := TROUBLES.get(alert.label):
        phrase = trouble.phrase(words.language)
        return _over(alert, phrase, words) if alert.ended else phrase
    if phrase := words.phrases.get(alert.label):
        return phrase
    what = words.unknown.what.format(label=shorten(alert.label))
    return Phrase(what, words.unknown.advice)


def _ending(alert: Alert, words: Wording) -> Phrase | None:
    """What is said of how it ended: that who was down got up, or why a fall was not seen to end."""
    if not alert.ended:
        return None
    if alert.label != FALL:
        return words.got_up.get(alert.label)
    return words.falls.get(_held(alert, words.falls))


def _over(alert: Alert, phrase: Phrase, words: Wording) -> Phrase:
    """That a trouble is over, and which: it was mended, unless the state says why it was not."""
    if alert.seen == ONE_LEFT:
        return words.one_left
    ending = words.no_longer if alert.seen else words.all_clear
    return Phrase(f"{ending.what}: {phrase.what}", ending.advice)


def _lasts(alert: Alert) -> bool:
    """Whether somebody is notified while it lasts, because help is needed meanwhile."""
    return not alert.ended and alert.label in NOTIFIED_AT_START | TROUBLES.keys()


def _when(alert: Alert, zone: ZoneInfo, words: Wording) -> str:
    """When it began and how long it lasted: the event's time is that of its end."""
    moment = moment_of(alert, alert.ended_at - (alert.duration_sec or 0.0), zone, words)
    if _lasts(alert):
        return words.since.format(moment=moment)
    if alert.duration_sec is None or alert.test:
        return moment
    return f"{moment}, {words.lasting(alert.duration_sec)}"


def moment_of(alert: Alert, at: float, zone: ZoneInfo, words: Wording) -> str:
    """The time `at`, with its year unless the alert arrived in it."""
    arrived = alert.ended_at if alert.received_at is None else alert.received_at
    this_year = datetime.fromtimestamp(arrived, zone).year
    return words.written(datetime.fromtimestamp(at, zone), this_year)


def arrival_of(alert: Alert, zone: ZoneInfo, words: Wording) -> str:
    """When it arrived, where that is not when it happened: its sender's clock may be wrong."""
    arrived = alert.received_at
    if arrived is None or abs(arrived - alert.ended_at) <= LATE_SEC:
        return ""
    # Each of two years that differ is named.
    happened = datetime.fromtimestamp(alert.ended_at, zone)
    moment = words.written(datetime.fromtimestamp(arrived, zone), happened.year)
    return words.arrived.format(moment=moment)


def _state(alert: Alert, words: Wording) -> str:
    """What is so besides: nothing of a test, or where the first line has said how it ended."""
    is_said = alert.test or _ending(alert, words)
    return "" if is_said else words.states.get(_held(alert, words.states), "")


def _held(alert: Alert, known: Iterable[str]) -> str:
    """The first of `known` that the alert's state has; empty if it has none."""
    states = states_of(alert.seen)
    return next((state for state in known if state in states), "")


def _picture(alert: Alert, words: Wording) -> str:
    """What the key picture says; nothing without one, or of a posture that there is no word for."""
    says = words.verdicts.get(alert.verdict or "")
    posture = words.postures.get(alert.posture or "")
    if says is None or posture is None:
        return ""
    # Never 100 %: nothing is certain.
    percent = min(99, round(100 * (alert.posture_confidence or 0.0)))
    return says.format(posture=posture, percent=percent)


def _joined(name: str, cut: int) -> bool:
    """Whether the characters on both sides of `cut` are shown as one (accents, emoji sequences)."""
    joiner = "\u200d"
    tone = "\U0001f3fb" <= name[cut] <= "\U0001f3ff"
    mark = unicodedata.category(name[cut]).startswith("M")
    return mark or tone or joiner in (name[cut], name[cut - 1])
