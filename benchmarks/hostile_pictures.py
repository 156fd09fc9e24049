"""What hostile pictures cost: `uv run python -m benchmarks.hostile_pictures`.

Each of the generated pictures of testkit/bad_pictures.py is looked at in a process of its own, as
POST /images/{id}/confirm does it: converted or refused, by how much memory beyond what the process
has before it opens the picture, and in how many seconds of the processor.
"""

import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Annotated

import typer
from rich.progress import track

from backend.media.errors import BadImage
from backend.media.inspection import MALLOC, command_of, found_of
from common.cli import run
from contract.media import ImageType
from testkit.bad_pictures import KINDS, SEED, BadPicture, bad_pictures

KIB = 1024
MEASURED = """
import os, sys
_, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
cpu_sec = used.ru_utime + used.ru_stime
print(used.ru_maxrss, cpu_sec, os.waitstatus_to_exitcode(status), file=sys.stderr)
"""
"""A small process between: what a process has touched begins with what its parent had."""
NOTHING = BadPicture("nothing", b"no picture", ImageType.JPEG)


@dataclass(frozen=True)
class Cost:
    """Of one picture; `memory` is in bytes, `reason` why it was refused."""

    kind: str
    memory: int
    cpu_sec: float
    reason: str | None


def cost_of(picture: BadPicture) -> Cost:
    """Look at it; the memory is all that its process has touched at a time."""
    with TemporaryFile() as source, TemporaryFile() as original, TemporaryFile() as thumbnail:
        source.write(picture.content)
        source.flush()
        files = [it.fileno() for it in (source, original, thumbnail)]
        command = command_of(files, picture.content_type, keeps_place=False)
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-c", MEASURED, *command],
            pass_fds=files,
            env=MALLOC,
            capture_output=True,
            check=True,
        )
    memory, cpu_sec, status = done.stderr.splitlines()[-1].split()
    try:
        found_of(done.stdout, int(status))
        reason = None
    except BadImage as error:
        reason = error.message
    return Cost(picture.kind, int(memory) * KIB, float(cpu_sec), reason)


def _table(costs: Sequence[Cost], empty: Cost) -> None:
    typer.echo(
        "| kind | pictures | converted | most memory | most seconds |\n|---|---|---|---|---|"
    )
    for kind in KINDS:
        of = [it for it in costs if it.kind == kind]
        memory = max((it.memory for it in of), default=0) - empty.memory
        kept = sum(it.reason is None for it in of)
        cpu = max((it.cpu_sec for it in of), default=0.0)
        typer.echo(f"| {kind} | {len(of)} | {kept} | {memory / 1e6:.1f} MB | {cpu:.2f} |")


def _run(
    count: Annotated[int, typer.Option(min=1)] = 1000, seed: Annotated[int, typer.Option()] = SEED
) -> None:
    """Look at so many pictures. Takes some eight minutes for 1,000."""
    empty = cost_of(NOTHING)
    pictures = track(bad_pictures(count, seed), "pictures", total=count)
    costs = [cost_of(it) for it in pictures]
    _table(costs, empty)
    memory = max(it.memory for it in costs) - empty.memory
    seconds = [it.cpu_sec for it in costs]
    kept = sum(it.reason is None for it in costs)
    typer.echo(
        f"\n{count} pictures, seed {seed}: {kept} converted, {count - kept} refused; at most "
        f"{memory / 1e6:.1f} MB beyond the {empty.memory / 1e6:.1f} MB of the process itself, at "
        f"most {max(seconds):.2f} s, median {statistics.median(seconds):.2f} s"
    )
    for reason, times in Counter(it.reason for it in costs if it.reason).most_common(12):
        typer.echo(f"{times:5d} {reason[:110]}")


def main() -> None:
    """The command."""
    run(_run)


if __name__ == "__main__":
    main()
