"""The course of an incident in words."""

from gettext import NullTranslations

import pytest

from backend.escalation.answer import RESOLVED, Answer, Verdict
from backend.escalation.course import Entry, Figures, Happening
from backend.web.course_words import ANSWERS, FIGURES, HAPPENED, course_lines, figure_lines

TEXTS = NullTranslations()


def said(entry: Entry) -> str:
    (line,) = course_lines([entry], {"contact-1": "my phone"}, TEXTS)
    return line.said


@pytest.mark.parametrize("kind", Happening)
def test_each_thing_that_happens_has_words(kind: Happening) -> None:
    assert HAPPENED[kind]
    assert "{" not in said(Entry(at=1.0, kind=kind))


def test_each_answer_verdict_and_duration_has_words() -> None:
    assert {*Answer, *Verdict} <= ANSWERS.keys()
    assert FIGURES.keys() == Figures.model_fields.keys()
    assert RESOLVED not in ANSWERS  # it is a happening of its own


def test_note_that_was_changed_says_so() -> None:
    note = Entry(at=1.0, kind=Happening.NOTE, person="Mina", edited_at=2.0)
    assert said(note) == "Mina wrote a note, and changed it later"


def test_channel_is_called_as_its_person_calls_it() -> None:
    taken = Entry(at=1.0, kind=Happening.TAKEN, person="Mina", channel="contact-1")
    assert said(taken) == "Mina was notified through my phone"


def test_refusal_says_why_and_nothing_else_does() -> None:
    refused = Entry(at=1.0, kind=Happening.REFUSED, person="Mina", channel="kakao", detail="quota")
    seen = Entry(at=1.0, kind=Happening.SEEN, detail="fall")
    lines = course_lines([refused, seen], {}, TEXTS)
    assert [line.reason for line in lines] == ["quota", None]


def test_what_is_not_known_is_left_out() -> None:
    assert figure_lines(Figures(answer_sec=12.0), TEXTS) == [("Until the answer", 12.0)]
