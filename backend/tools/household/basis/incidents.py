"""The incidents that tools of the record ask about: self-tests and fall tests apart, and each fall
once."""

from backend.tools.data import Data
from backend.tools.household.basis.seen import OF_PLACE_SQL, Seen
from backend.tools.household.basis.sentences import nothing_seen
from backend.tools.household.basis.span import PLACE_SQL, Span
from contract.events import FALL, STILL_DOWN

AFTER_A_FALL_MIN = 30
INCIDENTS_SQL = f"""(
    SELECT *, {PLACE_SQL} AS name FROM incidents AS one
    WHERE day BETWEEN ? AND ? AND {OF_PLACE_SQL} AND NOT coalesce(is_test, false)
        AND NOT (label = '{STILL_DOWN}' AND EXISTS (
            SELECT 1 FROM incidents AS fall
            WHERE fall.camera_id = one.camera_id AND fall.label = '{FALL}' AND one.began_at
                BETWEEN fall.began_at AND fall.began_at + INTERVAL {AFTER_A_FALL_MIN} MINUTE
        ))
)"""
"""Takes `values_of`; `name` is the place, or the camera's name where it has none. Who is still down
after a fall is no incident beside it: that is answered and judged with the fall."""
TOLD_SQL = "(coalesce(is_told, false) OR verdict IS NOT NULL)"
"""Those count that people were to be told of, or that somebody judged."""
BY_SQL = {
    "hour": "CAST(hour AS INTEGER)",
    "weekday": "CAST(weekday AS INTEGER)",
    "place": "name",
    "label": "label",
    "seen": "concat_ws(': ', label, seen)",
    "answer": "answer",
}
"""What incidents can be grouped by."""
ALL_OF: dict[str, range] = {"hour": range(24), "weekday": range(1, 8)}
"""Groups that have a row also where they have no incident."""


def values_of(span: Span, place: str | None) -> list[object]:
    """The values of INCIDENTS_SQL."""
    return [span.first, span.last, *[place] * 3]


def unknowable(data: Data, seen: Seen, incidents: int) -> str | None:
    """Why nobody can say that nothing happened, if that is so."""
    return None if incidents or seen.seen_sec else nothing_seen(data.language)
