"""How long each general tool takes: `uv run python -m benchmarks.tool_speed`.

Two generated tables: a million rows of seven columns, and the hours of a year of six cameras. Each
tool is asked a few times; the first time loads what it needs. At most 1 s and 500 MB are wanted.
"""

import resource
import time
from statistics import median
from typing import Annotated, Any

import typer

from backend.record.columns import COLUMNS
from backend.storage.duck import Duck, quoted
from backend.tools.data import Data
from backend.tools.registry import GENERAL
from backend.tools.service import answer
from contract.record import RecordTable
from contract.tools import ColumnKind, TableColumn
from testkit.askable import TYPES, column, data_in

ROWS, YEAR, CAMERAS = 1_000_000, 365, 6
LIMIT_SEC, LIMIT_MB = 1.0, 500
LARGE = (
    column("at", ColumnKind.TIME),
    column("place", ColumnKind.TEXT),
    column("label", ColumnKind.TEXT),
    column("told", ColumnKind.YES_NO),
    column("steps"),
    column("speed"),
    column("weight", unit="kg"),
)
IS_SEEDED = "SELECT setseed(0.5)"
FILL_LARGE = """
    CREATE TABLE asked AS SELECT
        TIMESTAMP '2025-12-01' + number * INTERVAL 30 SECOND AS at,
        'room ' || CAST(random() * 5 AS INTEGER) AS place,
        'label ' || CAST(random() * 9 AS INTEGER) AS label,
        random() < 0.3 AS told,
        CASE WHEN random() < 0.05 THEN NULL ELSE random() * 1000 END AS steps,
        ln(random() + 0.0001) AS speed,
        70 + random() AS weight
    FROM range(?) AS numbers(number)
"""
FILL_HOURS = """
    INSERT INTO asked BY NAME SELECT
        TIMESTAMP '2025-12-01' + hour_number * INTERVAL 1 HOUR AS began_at,
        CAST(began_at AS DATE) AS day,
        hour(began_at) AS hour,
        isodow(began_at) AS weekday,
        'camera ' || camera AS camera_id,
        'room ' || camera AS place,
        random() * 1800 AS active_sec,
        random() * 900 AS still_sec,
        random() * 600 AS lying_sec,
        random() * 1200 AS nobody_sec,
        random() * 60 AS blind_sec,
        CAST(random() * 3 AS INTEGER) AS stirs,
        random() * 300 AS walked_sec,
        random() * 100 AS walked_lengths,
        CAST(random() * 4 AS INTEGER) AS rises
    FROM range(?) AS hours(hour_number), range(?) AS cameras(camera)
"""


def questions(number: str, other: str, place: str, label: str) -> dict[str, dict[str, Any]]:
    """One for each tool."""
    return {
        "distribution": {"column": number},
        "histogram": {"column": number},
        "outliers": {"column": number},
        "count_by": {"column": place},
        "group_by": {"by": place, "column": number, "statistic": "median"},
        "pivot": {"by": place, "across": label, "column": number},
        "cross_table": {"column": place, "other": label},
        "correlation": {"column": number, "other": other, "unit": "row"},
        "compare_periods": {"column": number},
        "trend": {"column": number},
        "seasonality": {"column": number, "by": "hour"},
        "moving_average": {"column": number},
        "top": {"column": number},
        "filter": {"where": [{"column": number, "operator": ">", "value": 500}]},
    }


def main(times: Annotated[int, typer.Option(help="How often each is asked.")] = 5) -> None:
    """Ask each tool of both tables, and print what it took."""
    large = _large()
    _measured("a million rows", large, questions("steps", "speed", "place", "label"), times)
    large.duck.close()
    hours = _hours()
    asked = questions("active_sec", "walked_sec", "place", "weekday")
    _measured(f"hours of {YEAR} days and {CAMERAS} cameras", hours, asked, times)
    hours.duck.close()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    typer.echo(f"most memory of the process: {used:.0f} MB, at most {LIMIT_MB} wanted")


def _measured(what: str, data: Data, asked: dict[str, dict[str, Any]], times: int) -> None:
    typer.echo(f"{what}, each tool {times} times:")
    for tool in GENERAL:
        took = [_seconds(tool, data, asked.get(tool.name, {})) for _ in range(times)]
        first, usual, longest = (
            f"{it * 1000:5.0f} ms" for it in (took[0], median(took), max(took))
        )
        note = "" if max(took) < LIMIT_SEC else f"  more than {LIMIT_SEC:g} s"
        typer.echo(f"  {tool.name:16} first {first}, median {usual}, longest {longest}{note}")


def _seconds(tool: Any, data: Data, arguments: dict[str, Any]) -> float:
    began = time.perf_counter()
    found = answer(tool, data, arguments)
    took = time.perf_counter() - began
    if found.too_little:
        raise typer.BadParameter(f"{tool.name}: {found.too_little}")
    return took


def _large() -> Data:
    duck = Duck()
    duck.ask(IS_SEEDED)
    duck.ask(FILL_LARGE, [ROWS])
    return data_in(duck, LARGE)


def _hours() -> Data:
    duck, columns = Duck(), COLUMNS[RecordTable.HOURS]
    duck.ask(f"CREATE TABLE asked ({', '.join(map(_declared, columns))})")
    duck.ask(FILL_HOURS, [YEAR * 24, CAMERAS])
    return data_in(duck, columns)


def _declared(declared: TableColumn) -> str:
    return f"{quoted(declared.name)} {TYPES[declared.kind]}"


if __name__ == "__main__":
    typer.run(main)
