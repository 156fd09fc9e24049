"""What people said of incidents, as questions to the database."""

from sqlalchemy import Subquery, func, select

from backend.escalation.answer import RESOLVED, Answer
from backend.escalation.tables import answers, verdicts

THERE = (Answer.ALL_WELL, RESOLVED)
"""Who says so is with the person."""


def last_verdicts() -> Subquery:
    """The `verdict` that somebody gave last, by `incident_id`."""
    newest = select(func.max(verdicts.c.number)).group_by(verdicts.c.incident_id)
    chosen = verdicts.c.number.in_(newest)
    return select(verdicts.c.incident_id, verdicts.c.verdict).where(chosen).subquery()


def first_answers() -> Subquery:
    """The first `answer` and when that was (`at`), by `incident_id`."""
    of = answers.c
    place = func.row_number().over(partition_by=of.incident_id, order_by=(of.at, of.number))
    placed = select(of.incident_id, of.answer, of.at, place.label("place")).subquery()
    return select(placed).where(placed.c.place == 1).subquery()


def somebody_there() -> Subquery:
    """When somebody first said that they are there or that it is over (`at`), by `incident_id`."""
    at = func.min(answers.c.at).label("at")
    query = select(answers.c.incident_id, at).where(answers.c.answer.in_(THERE))
    return query.group_by(answers.c.incident_id).subquery()
