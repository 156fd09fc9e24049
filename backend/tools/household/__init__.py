"""The tools of the record alone."""

from typing import Any

from backend.tools.tool import Tool

HOUSEHOLD: tuple[Tool[Any], ...] = ()
