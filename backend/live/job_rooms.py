"""The rooms of jobs: an owner who listens to one hears of it about once a second."""

import asyncio
from collections.abc import Awaitable, Callable

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.errors import ApiError
from backend.jobs.service import JobService, Position
from backend.live.protocol import JOB_ROOM
from contract.jobs import Job, JobNews

LOOK_SEC = 1.0


class JobRooms:
    """Event loop only; the table is asked in a thread, and only while somebody listens."""

    def __init__(
        self,
        jobs: JobService,
        is_empty: Callable[[str], bool],
        emit: Callable[[str, JobNews], Awaitable[None]],
    ) -> None:
        self._jobs, self._is_empty, self._emit = jobs, is_empty, emit
        self._seen: dict[str, Position] = {}
        self._joined = asyncio.Event()

    async def admit(self, caller: Caller, job_id: str) -> Position:
        """Where somebody begins to listen to a job; raises Forbidden and UnknownJob."""
        check_role(caller, Role.OWNER)
        return await asyncio.to_thread(self._position, job_id, caller.household_id)

    def watch(self, position: Position) -> None:
        """Somebody has come into the job's room."""
        self._seen.setdefault(position.job.id, position)
        self._joined.set()

    async def look(self) -> None:
        """Tell those who listen what is new, once somebody does; takes a second."""
        await self._joined.wait()
        for job_id, position in list(self._seen.items()):
            if self._is_empty(JOB_ROOM + job_id):
                del self._seen[job_id]
                continue
            await self._tell(job_id, position)
        if not self._seen:
            self._joined.clear()
        await asyncio.sleep(LOOK_SEC)

    async def _tell(self, job_id: str, before: Position) -> None:
        try:
            news, self._seen[job_id] = await asyncio.to_thread(self._jobs.news, before)
        except ApiError:  # erased meanwhile, or the database is away: the next look tells
            return
        if news.lines or news.metrics or _shown(news.job) != _shown(before.job):
            await self._emit(JOB_ROOM + job_id, news)

    def _position(self, job_id: str, household_id: int) -> Position:
        return self._jobs.position(self._jobs.find(job_id, household_id))


def _shown(job: Job) -> Job:
    """Without the heartbeat, which is no news."""
    return job.model_copy(update={"heartbeat_at": None})
