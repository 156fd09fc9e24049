"""What is done for many households by itself: `uv run python -m benchmarks.household_rounds`.

Its own parts on SQLite, by their own clocks, with generated households of two people, a contact and
a camera each. Self-tests, on Mondays, and words of the day are spread over the hours: what is due
is done in the first round, which is the longest.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from starlette.datastructures import State

from backend.app import create_app
from backend.config import BackendSettings
from backend.contacts import store as contacts
from backend.contacts.kinds.ntfy import KIND as NTFY
from backend.contacts.ntfy_channel import NtfyAddress
from backend.opening.everything import open_parts
from backend.people.household import HouseholdSettings
from backend.storage.database import Database, open_database
from contract.events import Heartbeat
from testkit.escalations import KIM, LEE, set_up

PROMISED_SEC = 0.05
KEY = "a-key-of-benchmarks-0123456789"


def main(
    households: Annotated[int, typer.Option(min=1, help="How many there are.")] = 1000,
    rounds: Annotated[int, typer.Option(min=2, help="How often each round is made.")] = 20,
) -> None:
    """Measure each round, and show its median and its longest."""
    with (
        tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder,
        _server(Path(folder), households) as state,
    ):
        found = {name: _took(once, rounds) for name, once in _rounds(state).items()}
    for name, took in found.items():
        middle, longest = statistics.median(took) * 1e3, max(took) * 1e3
        typer.echo(f"{name}: median {middle:.1f} ms, longest {longest:.1f} ms of {rounds}")
    slow = [name for name, took in found.items() if statistics.median(took) > PROMISED_SEC]
    if slow:
        sys.exit(f"more than {PROMISED_SEC * 1e3:.0f} ms: {', '.join(slow)}")


def _rounds(state: State) -> dict[str, Callable[[], object]]:
    return {
        "self-tests": state.self_tests.round,
        "word of the day": state.daily_word.round,
        "watchdog": state.watchdog.round,
        "whom one alert reaches": lambda: state.recipients.reach(7),
        "whom the alerts of all reach": state.recipients.reach,
    }


@contextmanager
def _server(folder: Path, households: int) -> Iterator[State]:
    """The parts of a server, of which nothing runs but what records."""
    with closing(open_database(None, folder)) as database:
        for number in range(1, households + 1):
            _add(database, number)
    settings = BackendSettings.model_validate({"data_dir": folder, "api_key": KEY})
    app = create_app(settings)
    open_parts(app, settings)
    state: State = app.state
    with closing(state.database):
        state.contacts.start()
        state.events.start()
        beats = [_beat(number) for number in range(1, households + 1)]
        state.events.post(beats).result(60.0)
        yield state
        state.events.stop()


def _add(database: Database, number: int) -> None:
    hours = {"self_test_weekday": 0, "self_test_hour": number % 24, "daily_word_hour": number % 24}
    home = HouseholdSettings.model_validate({"name": f"{number}"} | hours)
    people = set_up(database, home, (KIM, LEE), number)
    address = NtfyAddress(server="http://127.0.0.1:9", topic=f"t{number}").model_dump_json()
    with database.writing() as db:
        contacts.add(db, number, people[0].id, NTFY.name, "phone", address, 0.0)


def _beat(number: int) -> Heartbeat:
    ending = f".h{number}" if number > 1 else ""
    name, now = f"hall{ending}", time.time()
    return Heartbeat(event_id=f"b{number}", camera_id=name, ts=now, fps=30.0, inference="local")


def _took(once: Callable[[], object], rounds: int) -> list[float]:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        once()
        took.append(time.perf_counter() - began)
    return took


if __name__ == "__main__":
    typer.run(main)
