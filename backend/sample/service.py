"""Makes a sample record: a DATA_DIR as a server leaves it, of a household that nobody lives in."""

from collections.abc import Callable
from pathlib import Path

from backend.record.generated import mark_generated
from backend.sample.alarms import DAY_SEC
from backend.sample.errors import UnusableFolder
from backend.sample.household import move_in
from backend.sample.plan import Plan, SampleWanted, plan_of
from backend.sample.playing import Player
from backend.sample.simulated_server import SimulatedServer
from backend.sample.truth import Truth
from backend.storage.database import open_database

TRUTH = "truth.json"


def nothing() -> None:
    """Nobody looks."""


def make_sample(folder: Path, wanted: SampleWanted, step: Callable[[], None] = nothing) -> Truth:
    """Make the record in `folder`, and write beside it what is true of it.

    Calls `step` after each day. Raises UnusableFolder where there is something already, OSError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnusableFolder(f"expected {folder} to be empty, or not to be there yet")
    folder.mkdir(parents=True, exist_ok=True)
    mark_generated(folder)
    truth = _play(folder, plan_of(wanted), step)
    (folder / TRUTH).write_text(truth.model_dump_json(indent=1), encoding="utf-8")
    return truth


def read_truth(folder: Path) -> Truth:
    """What is true of the sample record in `folder`. Raises OSError and ValidationError."""
    return Truth.model_validate_json((folder / TRUTH).read_bytes())


def _play(folder: Path, plan: Plan, step: Callable[[], None]) -> Truth:
    database = open_database(None, folder)
    try:
        move_in(database, plan.wanted.language, plan.cameras, plan.began - DAY_SEC)
        server = SimulatedServer(folder, database, plan.began)
        player = Player(plan, server)
        for number in range(plan.wanted.days):
            player.play(number)
            step()
        server.close()
        database.is_durable()
        return player.truth()
    finally:
        database.close()
