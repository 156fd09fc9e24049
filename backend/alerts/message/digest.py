"""Several alerts in one memo: one camera's falls, or what waits of troubles."""

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from backend.alerts.channels.base import Alert, Memo
from backend.alerts.message.render import (
    NO_MARKS,
    Marks,
    arrival_of,
    memo_of,
    moment_of,
    phrase_of,
    place_of,
    render,
    shorten,
)
from backend.alerts.message.wording import Wording
from backend.alerts.policy import is_urgent
from backend.alerts.recipients import PLAIN, Envelope
from backend.cameras.names import name_at_home

MAX_PLACE = 20
"""Characters of a camera's name among others."""


def compose(
    alerts: Sequence[Alert],
    zone: ZoneInfo,
    marks: Marks = NO_MARKS,
    envelope: Envelope = PLAIN,
) -> Memo:
    """The memo of all `alerts`, oldest first: of one camera if they are urgent.

    The envelope is that of the last one.
    """
    if len(alerts) == 1:
        return render(alerts[0], zone, marks, envelope)

    def write(words: Wording, limit: int) -> str:
        return _text(alerts, zone, words, limit, marks, envelope)

    return memo_of(write, alerts[-1], marks, envelope)


def _text(
    alerts: Sequence[Alert],
    zone: ZoneInfo,
    words: Wording,
    limit: int,
    marks: Marks,
    envelope: Envelope,
) -> str:
    mark, note = marks.head(words), marks.note(words)
    mark += words.test_mark if all(alert.test for alert in alerts) else ""
    if is_urgent(alerts[0]):
        lines = _falls(alerts, zone, words, envelope)
    else:
        mark += f"{shorten(envelope.household, MAX_PLACE)}: " if envelope.household else ""
        lines = _troubles(alerts, zone, words, limit - len(mark) - len(note) - 1)
    room = limit - len(mark) - len(note) - 1
    written: list[str] = []
    for line in filter(None, lines):
        room -= len(line) + 1
        if room < 0:
            break
        written.append(line)
    return mark + "\n".join([*written, note] if note else written)


def _falls(
    alerts: Sequence[Alert], zone: ZoneInfo, words: Wording, envelope: Envelope
) -> list[str]:
    """How many of what, from when to when; a test among falls changes nothing of what to do."""
    counts = Counter(phrase_of(alert, words).what for alert in alerts)
    kinds = [words.counted.format(what=what, count=count) for what, count in counts.items()]
    all_of_them = words.counted.format(what=words.any_alert, count=len(alerts))
    place, several = place_of(alerts[0], words, envelope), len(kinds) > 1
    real = [alert for alert in alerts if not alert.test] or alerts
    first, *_, last = sorted(alerts, key=lambda alert: alert.ended_at)
    moments = (moment_of(alert, alert.ended_at, zone, words) for alert in (first, last))
    return [
        f"{place}: {all_of_them if several else kinds[0]}",
        " ~ ".join(moments),
        arrival_of(last, zone, words),
        f"{phrase_of(real[-1], words).advice} {words.joined_note}",
        ", ".join(kinds) if several else "",
    ]


def _troubles(alerts: Sequence[Alert], zone: ZoneInfo, words: Wording, room: int) -> list[str]:
    """A line per kind of trouble, with the places that have it."""
    courses, places = _courses(alerts), dict[str, list[str]]()
    for course in courses:
        what = phrase_of(course[0], words).what
        places.setdefault(what, []).append(_place(course, words))
    if len(places) == 1:
        head, tail = [], [_when(courses[0][0], zone, words), _advice(courses, words)]
    else:
        head, tail = [words.several.format(count=len(places))], []
    left = room - sum(len(line) + 1 for line in (*head, *tail))
    share = left // len(places) - 1
    return [*head, *(_line(what, names, words, share) for what, names in places.items()), *tail]


def _when(first: Alert, zone: ZoneInfo, words: Wording) -> str:
    if first.ended:
        return moment_of(first, first.ended_at, zone, words)
    began = first.ended_at - (first.duration_sec or 0.0)
    return words.since.format(moment=moment_of(first, began, zone, words))


def _advice(courses: Sequence[Sequence[Alert]], words: Wording) -> str:
    """What to do about what still is so, if anything is."""
    newest = [course[-1] for course in courses]
    still = [alert for alert in newest if not alert.ended]
    return phrase_of((still or newest)[0], words).advice


def _courses(alerts: Sequence[Alert]) -> list[list[Alert]]:
    """What became of each trouble at each place, from its first START on if it has one."""
    courses: dict[tuple[str, str], list[Alert]] = {}
    for alert in alerts:
        course = courses.setdefault((alert.label, alert.camera_id), [])
        if course and course[0].ended and not alert.ended:
            course.clear()  # that it was over is no news any more
        course.append(alert)
    return list(courses.values())


def _place(course: Sequence[Alert], words: Wording) -> str:
    """Where, and that it came and went if it did."""
    place = shorten(name_at_home(course[0].camera_id), MAX_PLACE) or words.server
    last, times = course[-1], sum(not alert.ended for alert in course)
    if times == 0 or (times == 1 and not last.ended):
        return place
    over = words.now_unwatched if last.seen else words.now_over
    now = over if last.ended else words.now_on
    return words.came_and_went.format(place=place, times=times, now=now)


def _line(what: str, places: Sequence[str], words: Wording, room: int) -> str:
    """As many places as there is room for, and how many more there are."""
    heading = what if len(places) == 1 else words.of_many.format(what=what, count=len(places))
    for shown in range(len(places), 0, -1):
        names, left = ", ".join(places[:shown]), len(places) - shown
        line = f"{heading}: {words.more.format(names=names, count=left) if left else names}"
        if len(line) <= room:
            return line
    return shorten(heading, max(room, len(heading)))
