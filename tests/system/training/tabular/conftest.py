import numpy as np
import pytest

ROWS = 600


@pytest.fixture(scope="session")
def homes(tmp_path_factory):
    """A folder with the table of homes, and their prices, as a data set of a table has it."""
    import duckdb

    folder = tmp_path_factory.mktemp("homes")
    rng = np.random.default_rng(0)
    size, place = rng.uniform(20, 120, ROWS), rng.choice(["강남", "종로", "노원"], ROWS)
    price = 3.0 * size + 80.0 * (place == "강남") + rng.normal(scale=20.0, size=ROWS)
    lines = [
        f"{s:.1f},{p},{y:.1f},{i % 50}"
        for i, (s, p, y) in enumerate(zip(size, place, price, strict=True))
    ]
    csv = folder / "homes.csv"
    csv.write_text("\n".join(("크기,동네,가격,단지", *lines)), encoding="utf-8")
    duckdb.read_csv(str(csv)).write_parquet(str(folder / "table.parquet"))
    return folder
