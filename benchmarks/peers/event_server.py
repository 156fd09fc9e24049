"""An event server: FastAPI, pydantic, SQLite in WAL mode with synchronous=FULL.

`python -m benchmarks.peers.event_server --port 8001`. A transaction per event, committed before the
answer; the same `event_id` again is the same event.
"""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Annotated, Any

import typer
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """One event; fields that are not named here are kept."""

    model_config = ConfigDict(extra="allow")

    event_type: str
    event_id: str
    camera_id: str
    ts: float
    prob: float | None = None
    probs: dict[str, float] | None = None


class EventDatabase:
    """One connection, one writer at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS event (event_id TEXT PRIMARY KEY, event_type TEXT,"
            " camera_id TEXT, ts REAL, body TEXT)"
        )

    def record(self, event: Mapping[str, Any], body: str) -> None:
        """Return once `event` is durable; `body` is all of it, as JSON."""
        row = (event["event_id"], event["event_type"], event["camera_id"], event["ts"], body)
        with self._lock:  # without a transaction of its own each statement is one
            self._connection.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def create_app(database: EventDatabase) -> FastAPI:
    """The application."""
    app = FastAPI()

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/event/payload")
    def payload(event: Event) -> dict[str, Any]:
        database.record(event.model_dump(), event.model_dump_json())
        return {"success": True, "event_id": event.event_id}

    return app


def main(host: str = "127.0.0.1", port: Annotated[int, typer.Option()] = 8001) -> None:
    """Serve."""
    folder = Path(os.environ.get("DATA_DIR", "data"))
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(EventDatabase(folder / "events.sqlite3"))
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    typer.run(main)
