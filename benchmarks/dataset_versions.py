"""How long versions of a large data set take: `uv run python -m benchmarks.dataset_versions`.

Generated pictures of two labels are uploaded as a server takes them in, without HTTP: all of them,
all of them again with one that has changed, and only that one as a change.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from contract.datasets import DatasetVersion, Subset
from testkit.dataset_zips import picture
from testkit.datasets_alone import DatasetsAlone

WAIT_SEC = 1800.0


def main(files: Annotated[int, typer.Option(help="Pictures, generated.")] = 100_000) -> None:
    """Say how long each version took, from the last byte of its zip to its row."""
    pictures = {f"{('standing', 'lying')[n % 2]}/{n}.png": picture(n) for n in range(files)}
    changed = {"standing/0.png": picture(files)}
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-", dir=".") as name:
        folder = Path(name).resolve()
        with DatasetsAlone(folder) as home:
            home.wait_sec = WAIT_SEC
            first = timed(f"{files:,} new files", lambda: home.take(pictures))
            of = first.dataset_id
            again = pictures | changed
            timed("all again, one changed", lambda: home.take(again, dataset_id=of))
            more = {"standing/0.png": picture(files + 1)}
            second = timed(
                "only the changed file",
                lambda: home.take(more, dataset_id=of, only_changes=True),
            )
            timed(
                "a subset of half of them",
                lambda: home.service.subset(second, Subset(labels=("lying",)), 1, None),
            )
            began = time.monotonic()
            home.service.fetch(second, folder / "fetched")
            print(f"put into a folder: {time.monotonic() - began:.1f} s")  # noqa: T201


def timed(what: str, make: Callable[[], DatasetVersion]) -> DatasetVersion:
    """The version, after saying how long it took; packing the zip is part of it."""
    began, cpu = time.monotonic(), time.process_time()
    version = make()
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    counts = version.changes.model_dump(exclude={"examples"})
    print(f"{what}: {took:.1f} s, {cpu:.1f} s of a core; {counts}", flush=True)  # noqa: T201
    return version


if __name__ == "__main__":
    typer.run(main)
