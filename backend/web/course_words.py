"""The course of an incident in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from backend.escalation.course import Entry, Figures, Happening
from backend.web.marks import N_

HAPPENED: Mapping[Happening, str] = {
    Happening.SEEN: N_("It began"),
    Happening.ENDED: N_("The movement was over"),
    Happening.ROUND: N_("It was notified again"),
    Happening.TAKEN: N_("{person} was notified through {channel}"),
    Happening.REFUSED: N_("{person} could not be notified through {channel}"),
    Happening.WAITING: N_("{channel} is to notify {person}"),
    Happening.WITHDRAWN: N_("{person} was not to be notified through {channel} any more"),
    Happening.ANSWERED: N_("{person} answered: {answer}"),
    Happening.ASKED: N_("{person} was asked: are you there?"),
    Happening.EXHAUSTED: N_("Everybody had been notified, and nobody had answered"),
    Happening.REAL: N_("The test was over, and nobody had been seen up: everybody is notified"),
    Happening.VERDICT: N_("{person} said what it was: {answer}"),
    Happening.NOTE: N_("{person} wrote a note"),
    Happening.RESOLVED: N_("It was over"),
}
EDITED = N_("{person} wrote a note, and changed it later")
ANSWERS: Mapping[str, str] = {
    "going": N_("I am going"),
    "called_119": N_("I have called 119"),
    "all_well": N_("All is well"),
    "fall": N_("a fall"),
    "false_alarm": N_("a false alarm"),
    "test": N_("a test"),
    "not_sure": N_("not sure"),
}
WITH_REASON = frozenset({Happening.REFUSED, Happening.WAITING})
FIGURES: Mapping[str, str] = {
    "floor_sec": N_("On the floor"),
    "first_ring_sec": N_("Until the first ring"),
    "answer_sec": N_("Until the answer"),
    "help_sec": N_("Until help was there"),
}


@dataclass(frozen=True)
class Line:
    """What happened `at` (seconds since 1970), and for a refusal why."""

    at: float
    said: str
    reason: str | None


def course_lines(
    entries: Sequence[Entry], channels: Mapping[str, str], texts: NullTranslations
) -> list[Line]:
    """The entries, oldest first, in words; `channels` has the names that people know them by."""
    return [_line(entry, channels, texts.gettext) for entry in entries]


def figure_lines(figures: Figures, texts: NullTranslations) -> list[tuple[str, float]]:
    """The durations that are known, each with its name, in seconds."""
    known = figures.model_dump(exclude_none=True)
    return [(texts.gettext(FIGURES[name]), seconds) for name, seconds in known.items()]


def _line(entry: Entry, channels: Mapping[str, str], text: Callable[[str], str]) -> Line:
    channel = entry.channel or text("a channel")
    words = HAPPENED[entry.kind] if entry.edited_at is None else EDITED
    said = text(words).format(
        person=entry.person or text("the household"),
        channel=channels.get(channel, channel),
        answer=text(ANSWERS.get(entry.detail or "", entry.detail or "-")),
    )
    return Line(entry.at, said, entry.detail if entry.kind in WITH_REASON else None)
