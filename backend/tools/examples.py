"""What the routes of the tools take and answer, for whoever reads of them."""

from typing import Any

TOOL: dict[str, Any] = {
    "name": "top",
    "title": "가장 큰 값",
    "description": "The rows with the most of a column, or the least: greatest numbers, or …",
    "arguments": {
        "type": "object",
        "properties": {"column": {"type": "string"}, "limit": {"type": "integer"}},
        "required": ["column"],
        "additionalProperties": False,
    },
    "tables": ["days", "person_days", "hours", "incidents", "events"],
    "takes_own": True,
}
TABLE: dict[str, Any] = {
    "name": "days",
    "title": "날마다, 카메라마다",
    "columns": [
        {"name": "day", "kind": "day", "unit": None},
        {"name": "place", "kind": "text", "unit": None},
        {"name": "active_hours", "kind": "number", "unit": "h"},
    ],
    "rows": 84,
    "days": 28,
    "since": "2026-11-02",
    "until": "2026-11-29",
    "is_own": False,
    "is_generated": False,
}
ASKED: dict[str, Any] = {
    "table": "days",
    "arguments": {
        "by": "place",
        "column": "active_hours",
        "statistic": "mean",
        "since": "2026-11-02",
        "where": [{"column": "counted_hours", "operator": ">=", "value": 20}],
    },
    "language": "ko",
}
ANSWER: dict[str, Any] = {
    "tool": "group_by",
    "arguments": {
        "since": "2026-11-02",
        "where": [{"column": "counted_hours", "operator": ">=", "value": 20}],
        "by": "place",
        "column": "active_hours",
        "statistic": "mean",
    },
    "basis": {
        "table": "days",
        "rows": 84,
        "days": 28,
        "since": "2026-11-02",
        "until": "2026-11-29",
        "is_generated": False,
        "data_version": "b1946ac92492d234",
    },
    "too_little": None,
    "facts": [{"name": "groups", "value": 2, "unit": None}],
    "grid": {
        "columns": [
            {"name": "place", "kind": "text", "unit": None},
            {"name": "active_hours (mean)", "kind": "number", "unit": "h"},
            {"name": "rows", "kind": "number", "unit": None},
        ],
        "rows": [["거실", 4.25, 56], ["침실", 1.5, 28]],
        "is_cut": False,
    },
    "plot": None,
}
A_CSV = '"place","active_hours (mean)","rows"\r\n"거실",4.25,56\r\n"침실",1.5,28\r\n'
