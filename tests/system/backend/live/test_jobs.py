"""An owner listens to a job."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.jobs import claims
from backend.jobs.service import JobService, JobWanted
from backend.storage.shared_file import SharedFile
from contract.jobs import JobKind, MetricAt
from testkit.households import HOME

Serving = Callable[..., Any]
KEY, HALL = "k3y-of-the-house", "k3y-of-the-hallway"


def test_owner_hears_what_is_new_of_a_job_and_of_no_other(serving: Serving, tmp_path: Path) -> None:
    database = SharedFile(tmp_path / "factory.sqlite3")
    jobs = JobService(database)
    job, other = (jobs.ask(JobWanted(JobKind.TRAINING, "t", {}, HOME)) for _ in range(2))
    metric = MetricAt(fit="all", name="loss", epoch=1, value=0.5)

    def write() -> None:
        with database.writing() as db:
            for each in (other, job):
                claims.add_lines(db, each.id, [(1.0, f"line of {each.id}")])
            claims.keep_metrics(db, job.id, [metric])

    async def check() -> None:
        async with serving(api_key=KEY, jobs=jobs) as site:
            owner = await site.client(auth={"token": KEY})
            rooms = [f"training:{job.id}"]
            assert (await owner.call("subscribe", {"rooms": rooms}))["rooms"] == rooms
            write()
            event, news = await owner.next()
            assert (event, news["job"]["id"]) == ("training", job.id)
            assert [it["line"] for it in news["lines"]] == [f"line of {job.id}"]
            assert news["metrics"] == [metric.model_dump()]
            jobs.cancel(job.id, HOME)
            assert (await owner.next())[1]["job"]["state"] == "cancelled"

    asyncio.run(check())
    database.close()


def test_who_is_no_owner_or_names_no_job_is_refused(serving: Serving, tmp_path: Path) -> None:
    database = SharedFile(tmp_path / "factory.sqlite3")
    jobs = JobService(database)
    job = jobs.ask(JobWanted(JobKind.TRAINING, "t", {}, HOME))
    elsewhere = jobs.ask(JobWanted(JobKind.TRAINING, "t", {}, household_id=2))

    async def check() -> None:
        async with serving(api_key=KEY, jobs=jobs) as site:
            camera = await site.client(auth={"token": HALL})
            owner = await site.client(auth={"token": KEY})
            answers = [
                await camera.call("subscribe", {"rooms": [f"training:{job.id}"]}),
                await owner.call("subscribe", {"rooms": [f"training:{elsewhere.id}"]}),
                await owner.call("subscribe", {"rooms": ["training:no such id"]}),
            ]
            codes = [answer["code"] for answer in answers]
            assert codes == ["forbidden", "unknown_job", "invalid_input"]

    asyncio.run(check())
    database.close()
