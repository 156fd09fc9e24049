"""The workflow of a job: DBOS keeps which of its steps are over, also through a kill."""

import logging
from collections.abc import Callable
from typing import Protocol

from dbos import DBOS, DBOSConfig, SetWorkflowID

from backend.jobs.claims import Claim
from backend.worker.outcome import Ending, Outcome

logger = logging.getLogger(__name__)

APPLICATION_VERSION = "1"
"""Of the workflow: DBOS leaves alone what another one has begun. By itself it takes a digest of the
source, and an update would strand what runs."""
MAX_RECOVERIES = 20
"""So often a job may take its worker down with it."""
GONE_WRONG = frozenset({"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"})


class Steps(Protocol):
    """What is done for a job, in this order. Each may be done again after a kill; none raises."""

    def attempt(self, claim: Claim) -> Outcome:
        """Run its process to the end."""
        ...

    def keep(self, claim: Claim, outcome: Outcome) -> Outcome:
        """Keep what came of it."""
        ...

    def settle(self, claim: Claim, outcome: Outcome) -> Outcome:
        """Say in the table how it went, which is given back; waits until that can be written."""
        ...


class Engine:
    """One a process. Its database knows what `worker` had begun, which nobody else may open."""

    def __init__(self, database_url: str, worker: str, steps: Steps) -> None:
        config: DBOSConfig = {
            "name": "dolbom",
            "system_database_url": database_url,
            "application_version": APPLICATION_VERSION,
            "executor_id": worker,
            "log_level": "ERROR",
        }
        DBOS(config=config)
        self._steps = steps

        @DBOS.workflow(name="job", max_recovery_attempts=MAX_RECOVERIES)
        def job(job_id: str, number: int) -> None:
            self._carry_out(Claim(job_id, number))

        self._workflow = job

    def launch(self) -> None:
        """Go on with what was begun. Raises what the database does."""
        DBOS.launch()

    def begin(self, claim: Claim) -> bool:
        """Carry out the job, once for each claim; False where that has gone wrong before."""
        with SetWorkflowID(f"{claim.job_id}-{claim.number}"):
            handle = DBOS.start_workflow(self._workflow, claim.job_id, claim.number)
        return handle.get_status().status not in GONE_WRONG

    def stop(self) -> None:
        """Begin nothing more."""
        DBOS.destroy(workflow_completion_timeout_sec=0)

    def _carry_out(self, claim: Claim) -> None:
        steps = self._steps
        try:
            outcome = _step("attempt", lambda: steps.attempt(claim))
            if outcome.ending is Ending.FINISHED:
                finished = outcome
                outcome = _step("keep", lambda: steps.keep(claim, finished))
            _step("settle", lambda: steps.settle(claim, outcome))
        except Exception as error:  # DBOS cannot write: its disk is full
            logger.exception("the workflow of the job %s failed", claim.job_id)
            reason = f"the worker could not go on: {type(error).__name__}"
            steps.settle(claim, Outcome(ending=Ending.FAILED, reason=reason))


def _step(name: str, do: Callable[[], Outcome]) -> Outcome:
    """What the step has come to, now or before a kill."""
    said: str = DBOS.run_step({"name": name}, lambda: do().model_dump_json())
    return Outcome.model_validate_json(said)
