"""Questions to the event log as anybody with DuckDB would ask them: SQL over the JSONL files."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

ZONE = ZoneInfo("Asia/Seoul")


class LogQueries:
    """One connection, one thread; the files are read at each question."""

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        files = self._connection.read_json(f"{folder}/*.jsonl", format="newline_delimited")
        files.create_view("event")

    def recent(self, limit: int = 50) -> list[Any]:
        """The newest events, newest first."""
        query = "SELECT * FROM event ORDER BY received_at DESC LIMIT ?"
        return self._connection.execute(query, [limit]).fetchall()

    def incidents(self, camera_id: str, day: date) -> list[Any]:
        """The STARTs and ENDs of a camera on a day of the household's, newest first."""
        query = (
            "SELECT * FROM event WHERE camera_id = ? AND event_type IN ('START', 'END')"
            " AND ts >= ? AND ts < ? ORDER BY ts DESC"
        )
        begin = datetime.combine(day, time(), ZONE)
        seconds = [moment.timestamp() for moment in (begin, begin + timedelta(days=1))]
        return self._connection.execute(query, [camera_id, *seconds]).fetchall()
