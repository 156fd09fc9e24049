"""Which work folders go."""

from contextlib import closing
from pathlib import Path

from backend.jobs import claims
from backend.jobs.claims import claim_of
from backend.jobs.service import JobService, JobWanted
from backend.storage.shared_file import SharedFile
from backend.worker.work_folders import KEPT_SEC, clean
from contract.jobs import ENDS, JobKind, JobState
from testkit.households import HOME


def test_folders_of_jobs_that_were_completed_long_ago_go_and_those_of_pictures_at_once(
    tmp_path: Path,
) -> None:
    now, work = 1_800_000_000.0, tmp_path / "work"
    with closing(SharedFile(tmp_path / "factory.sqlite3")) as database:

        def ended(state: JobState, at: float, kind: JobKind = JobKind.TRAINING) -> Path:
            JobService(database).ask(JobWanted(kind, "t", {}, HOME))
            with database.writing() as db:
                job = claims.claim_next(db, "usual", "one", at)
                assert job is not None
                claims.settle(db, claim_of(job), state, ended_at=at)
            folder = work / job.id
            folder.mkdir(parents=True)
            (folder / "weights").write_text("many")
            return folder

        long_ago = now - KEPT_SEC - 1
        gone = ended(JobState.COMPLETED, long_ago)
        kept = [ended(JobState.FAILED, long_ago), ended(JobState.COMPLETED, now - 1)]
        (work / "somebody else's").mkdir()
        pictures = [ended(it, now - 1, JobKind.IMAGE) for it in sorted(ENDS)]
        assert clean(database, work, now) == [gone.name, *(path.name for path in pictures)]
        assert not any(folder.exists() for folder in [gone, *pictures])
        assert all(folder.exists() for folder in [*kept, work / "somebody else's"])
