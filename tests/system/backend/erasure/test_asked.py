"""What people have asked of models about the days that are erased."""

import dataclasses
import time
from collections.abc import Iterator

import pytest

from backend.tabular.batch_service import BatchService, By, Rows
from backend.tabular.served import Serving, load_serving
from backend.tabular.store import Entry
from contract.tabular import ECLO, FALL_RISK, OWN_TABLE, TabularAnswer
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.tabular_models import make_model

DAY = 86_400.0
SINCE, UNTIL = 1_795_392_000.0, 1_795_478_400.0
TIMES = {
    "before": SINCE - 1,
    "then": SINCE,
    "weeks after": UNTIL + 27 * DAY,
    "later": UNTIL + 28 * DAY,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(tmp_path_factory.mktemp("asked")) as home:
        yield home


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Serving:
    """A model that answers tables."""
    return load_serving(ECLO, make_model(tmp_path_factory.mktemp("model") / ECLO))


def predicted(home: AskedHome, model: str) -> None:
    """One answer of the model at each of the times, which are their ids."""
    for name, at in TIMES.items():
        answer = TabularAnswer(
            prediction_id=f"{model} {name}",
            model=model,
            version="1",
            value=1.0,
            interpretation="",
            detail="",
            is_generated=False,
        )
        home.app.state.tabular.history.keep(Entry(1, at, {"walked": 1}, answer))


def batch(home: AskedHome, serving: Serving, model: str, at: float) -> str:
    """A table that the model of this name was asked to answer at this time; its id."""
    state = home.app.state
    batches = BatchService(state.factory_database, state.jobs, state.blobs, lambda: at)
    serving = dataclasses.replace(serving, name=model)
    rows = Rows(state.blobs.keep_bytes(b"weather,hour\nrain,7\n"))
    return batches.ask(serving, rows, By(HOME)).job_id


def left(home: AskedHome, model: str) -> list[str]:
    kept = home.ask("owner", "GET", f"/api/predict/{model}/history").raise_for_status().json()
    return [it["prediction_id"].removeprefix(f"{model} ") for it in kept]


def test_answers_about_the_days_go_and_those_about_accidents_stay(
    home: AskedHome, serving: Serving
) -> None:
    for model in (OWN_TABLE, ECLO):
        predicted(home, model)
    then, later = (batch(home, serving, OWN_TABLE, TIMES[name]) for name in ("then", "later"))
    asked = {"since": SINCE, "until": UNTIL}
    planned = home.ask("owner", "POST", "/erasures", json=asked | {"dry_run": True}).json()
    assert (planned["counts"]["predictions"], planned["counts"]["batches"]) == (2, 1)
    home.ask("owner", "POST", "/erasures", json=asked | {"confirm": True}).raise_for_status()
    ends_at = time.monotonic() + 10
    while (done := home.ask("owner", "GET", "/erasures").json()[0])["state"] != "done":
        assert time.monotonic() < ends_at
        time.sleep(0.02)
    assert done["counts"] == planned["counts"]
    assert left(home, OWN_TABLE) == ["later", "before"]
    assert left(home, ECLO) == list(reversed(TIMES))
    batches = home.ask("owner", "GET", f"/api/predict/{OWN_TABLE}/batch").json()
    assert [it["job_id"] for it in batches] == [later] != [then]


def test_forgetting_and_deleting_stand_in_the_log(home: AskedHome, serving: Serving) -> None:
    predicted(home, FALL_RISK)
    job_id = batch(home, serving, FALL_RISK, SINCE)
    forgotten = home.ask("owner", "DELETE", f"/api/predict/{FALL_RISK}/history")
    assert forgotten.raise_for_status().json() == {"erased": len(TIMES)}
    home.ask("owner", "DELETE", f"/api/predict/{FALL_RISK}/batch/{job_id}").raise_for_status()
    entries = home.ask("owner", "GET", "/audit").raise_for_status().json()
    done = [(it["action"], it["subject"]) for it in entries[:2]]
    assert done == [("removed_batch", FALL_RISK), ("erased_predictions", FALL_RISK)]
