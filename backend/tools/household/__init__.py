"""Tools of the record only: each knows what its tables mean, and what was not seen.

Each is asked of one table; the others lie in the same database, by their names.
"""

from typing import Any

from backend.tools.household import (
    activity,
    answers,
    camera_availability,
    data_quality,
    day_timeline,
    false_alarms,
    floor_time,
    forecast,
    incidents_list,
    nights,
    places,
    walking,
    week_summary,
)
from backend.tools.tool import Tool

HOUSEHOLD: tuple[Tool[Any], ...] = (
    day_timeline.TOOL,
    nights.TOOL,
    activity.TOOL,
    walking.TOOL,
    places.TOOL,
    incidents_list.TOOL,
    floor_time.TOOL,
    false_alarms.TOOL,
    answers.TOOL,
    camera_availability.TOOL,
    data_quality.TOOL,
    forecast.TOOL,
    week_summary.TOOL,
)
