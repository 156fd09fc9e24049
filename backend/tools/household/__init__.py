"""Tools of the record alone: each knows what its tables mean, and what was not seen.

Each is asked of one table; the others lie in the same database, by their names.
"""

from typing import Any

from backend.tools.household import nights
from backend.tools.tool import Tool

HOUSEHOLD: tuple[Tool[Any], ...] = (nights.TOOL,)
