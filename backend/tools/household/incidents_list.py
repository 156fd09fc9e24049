"""Which incidents there were."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from backend.storage.duck import Cells
from backend.tools.answers import MAX_ROWS, number, text
from backend.tools.data import Data
from backend.tools.household.basis.facts import count, rounded, time
from backend.tools.household.basis.incidents import INCIDENTS_SQL, TOLD_SQL, unknowable, values_of
from backend.tools.household.basis.seen import seen_in
from backend.tools.household.basis.span import OfPlaceAndSpan, check_place, span_of
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Cell, Grid

USUAL_DAYS = 28
WANTED_SQL = f"""
    (? OR {TOLD_SQL})
    AND (?::VARCHAR IS NULL OR label = ?)
    AND (?::VARCHAR IS NULL OR coalesce(verdict, 'unjudged') = ?)
"""
QUESTION = f"""
SELECT began_at, name, label, seen, verdict, answer, answered_after_sec, floor_sec, incident_id
FROM {INCIDENTS_SQL} WHERE {WANTED_SQL} ORDER BY began_at DESC, incident_id
"""


class IncidentsList(OfPlaceAndSpan):
    """The incidents of a span, newest first: when and where, what the camera saw, what people said
    of it, after how many seconds somebody answered, and how long somebody was on the floor.

    Who is still down after a fall counts with the fall. Those of which nobody was told count only
    with `with_untold`; tests never do. Usual are the last 28 days and today.
    """

    verdict: Annotated[
        Literal["fall", "false_alarm", "not_sure", "unjudged"] | None,
        Field(description="Only those of which people said this last."),
    ] = None
    label: Annotated[
        str | None, Field(max_length=100, description="Only this label, such as fall or on_floor.")
    ] = None
    with_untold: Annotated[
        bool, Field(description="Also those that were recorded and told to nobody.")
    ] = False
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS, description="Rows at most.")] = 50


def answer(data: Data, wanted: IncidentsList) -> Said:
    """The incidents of a span."""
    check_place(data, wanted.place)
    span = span_of(data, wanted, USUAL_DAYS, with_today=True)
    label, verdict = wanted.label, wanted.verdict
    values = [wanted.with_untold, label, label, verdict, verdict]
    found = data.duck.ask(QUESTION, [*values_of(span, wanted.place), *values])
    seen = seen_in(data, span, wanted.place)
    basis = Said(len(found), span.days, span.first, span.last)
    if too_little := unknowable(data, seen, len(found)):
        return replace(basis, too_little=too_little)
    facts = (count("incidents", len(found)), *seen.facts())
    return replace(basis, facts=facts, grid=_grid(found, wanted.limit))


def _grid(found: list[Cells], limit: int) -> Grid:
    return Grid(
        columns=(
            time("began_at"),
            text("place"),
            text("label"),
            text("seen"),
            text("verdict"),
            text("answer"),
            number("answered_after_sec", "s"),
            number("floor_sec", "s"),
            text("incident_id"),
        ),
        rows=tuple(_row(row) for row in found[:limit]),
        is_cut=len(found) > limit,
    )


def _row(row: Cells) -> tuple[Cell, ...]:
    *words, answered, floor, incident_id = row
    return (*words, rounded(answered, 1), rounded(floor, 1), incident_id)


TOOL = Tool(
    "incidents_list",
    {"ko": "사건 목록", "en": "Incidents"},
    IncidentsList,
    answer,
    (RecordTable.INCIDENTS,),
    takes_own=False,
)
