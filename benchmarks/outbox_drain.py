"""How fast an outage's backlog drains: `uv run python -m benchmarks.outbox_drain`.

Fills an outbox with what a camera tells in a day, and empties it to a real server, several times.
Meanwhile a START is put every half second: how long it takes until the server has recorded it is
compared with the same on an outbox without a backlog, in the same run.
"""

import itertools
import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import httpx2 as httpx
import typer
from rich.progress import track

from agent.config import AgentSettings
from agent.event_store import BATCH, EventStore, Letter
from agent.events import EventFactory, Vitals
from agent.outbox import Outbox
from agent.server import connect
from agent.uploader import Uploader
from benchmarks.household import Household, household
from contract.events import Event, EventType
from modeling.event_machine import Transition
from modeling.windows import Window

STARTS_EVERY_SEC = 0.5
UPLOAD_TIMEOUT_SEC = 10.0


class WatchedOutbox(Outbox):
    """Notes when the server's answer for a START arrived."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.answered: dict[str, float] = {}

    def confirm(self, letters: "list[Letter]") -> None:
        """Forget `letters`, and note those that a START is among."""
        now = time.monotonic()
        self.answered.update({letter.body: now for letter in letters if letter.incident})
        super().confirm(letters)
