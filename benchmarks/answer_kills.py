"""kill -9 at every kind of moment of an escalation: `uv run python -m benchmarks.answer_kills`.

A family of three stages lives through fall after fall, several at a time: phones ring, somebody
answers by the link of a message, the others are told, somebody says that it is over. Meanwhile the
server is killed, half of the times as it enters a system call of the database, of the event log or
of a sender, and started again. Afterwards nobody may have been left out of a step, and nothing may
have come twice but marked as a resend.

Two controls break a promise on purpose, and must be found: a step that is marked done before what
it sends is entered, and a memo that leaves before that is noted. It needs strace, and takes about
five seconds a kill.
"""

import contextlib
import sys
import time
from collections.abc import Sequence
from typing import Annotated
from unittest import mock

import typer
from rich.progress import track

from backend.alerts.ledger.deliveries import Deliveries
from backend.escalation import store
from backend.escalation.rounds import Rounds
from backend.escalation.store import Due
from benchmarks.family_village import AT_A_TIME, Village, lived, over, village
from testkit.family_life import Life
from testkit.kill_points import send_without_a_note
from testkit.whole_server import Breakage, intact

LIVES_A_KILL = 2
CONTROL_KILLS = 20


def main(
    kills: Annotated[int, typer.Option(help="How often the server is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Of what happens when.")] = 1,
    controls: Annotated[bool, typer.Option(help="Also break the promises on purpose.")] = True,
) -> None:
    """Kill, start again, and say what was lost or told twice."""
    began = time.monotonic()
    faults = _trial(kills, seed, intact, "as it is")
    typer.echo(f"{time.monotonic() - began:.0f} s")
    caught = True
    if controls:
        for name, breakage in (("marks a step first", marks_first), ("no note", leaves_no_note)):
            caught = bool(_trial(CONTROL_KILLS, seed, breakage, name)) and caught
    if faults or not caught:
        sys.exit("short of what is promised: nobody left out, nothing twice unmarked")


def _trial(kills: int, seed: int, breakage: Breakage, name: str) -> list[str]:
    with village(seed, breakage) as place:
        lives = place.lives(kills * LIVES_A_KILL + AT_A_TIME, "cam")
        with lived(lives) as running:
            for _ in track(range(kills), description=name, disable=not sys.stderr.isatty()):
                if over(running):
                    break
                place.kill()
        place.settle()
        faults = [fault for life in lives for fault in life.faults()]
        _tell(name, place, lives, faults)
    return faults


def _tell(name: str, place: Village, lives: Sequence[Life], faults: Sequence[str]) -> None:
    messages = place.phones.messages
    marked = sum(message["title"].startswith("[재전송]") for message in messages)
    typer.echo(
        f"{name}: {place.kills.total()} kills, {len(lives)} incidents, {len(messages)} messages, "
        f"{marked} of them marked as resent, {len(faults)} faults"
    )
    for where, times in sorted(place.kills.items()):
        typer.echo(f"{times:4} x {where}")
    for fault in faults[:20]:
        typer.echo(f"  {fault}")


def marks_first() -> contextlib.AbstractContextManager[object]:
    """Broken: a step counts as done before what it sends is in the ledger."""
    do = Rounds._do

    def apart(rounds: Rounds, due: Due, now: float) -> None:
        with rounds._desk.database.writing() as db:
            store.mark_done(db, due.number, 1, now)
        rounds._desk.database.is_durable()
        time.sleep(0.2)
        with mock.patch.object(store, "mark_done", return_value=True):
            do(rounds, due, now)

    return mock.patch.object(Rounds, "_do", apart)


def leaves_no_note() -> contextlib.AbstractContextManager[object]:
    """Broken: nothing is written before a memo leaves."""
    return mock.patch.object(Deliveries, "take_due", send_without_a_note)


if __name__ == "__main__":
    typer.run(main)
