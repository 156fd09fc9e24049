"""A watch from its start to its end, and what it has left."""

import logging
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from agent.box import opened
from agent.config import AgentSettings
from agent.errors import AgentFailed
from agent.farewell import report_failure
from agent.supervisor import Supervisor
from common.cli import end_within
from modeling.perception.detector.checkpoint import CheckpointError

END_SEC = 9.0
"""The longest that a watch which is stopped takes to end."""

logger = logging.getLogger("agent")


def watch(settings: AgentSettings, record: Path | None) -> None:
    """Watch all cameras until they end, or a signal comes. Raises CheckpointError and AgentFailed.

    With `record` the poses go into that file too.
    """
    try:
        _watch_all(settings, record)
    except CheckpointError as failure:
        report_failure(settings, failure)
        raise


def _watch_all(settings: AgentSettings, record: Path | None) -> None:
    with opened(settings) as box:

        def stop(number: int, _frame: FrameType | None) -> None:
            end_within(END_SEC, 1)
            box.stop(by_hand=number == signal.SIGINT)

        _handle_stops(stop)
        supervisor = Supervisor(box, record)
        supervisor.run()
        if box.stopping.is_set():  # a repeated signal must not kill the interpreter while it exits
            _handle_stops(signal.SIG_IGN)
        _check_end(supervisor, settings, stopped=box.stopping.is_set())


def _handle_stops(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _check_end(supervisor: Supervisor, settings: AgentSettings, *, stopped: bool) -> None:
    """Raise AgentFailed with what has failed, else with what was not sent.

    After a stop, unsent events are no failure as long as they are on the disk.
    """
    unsent = _unsent(supervisor, settings)
    if supervisor.failures:
        if unsent:
            logger.warning(unsent)
        raise AgentFailed(_failures(supervisor, settings))
    if unsent and (not stopped or any(supervisor.held.values())):
        raise AgentFailed(unsent)
    if unsent:
        logger.warning(unsent)


def _failures(supervisor: Supervisor, settings: AgentSettings) -> str:
    failures = supervisor.failures
    if len(settings.watched) == 1:
        return "".join(failures.values())
    return "not watched: " + "; ".join(f"{name}: {why}" for name, why in failures.items())


def _unsent(supervisor: Supervisor, settings: AgentSettings) -> str | None:
    """What the server has not received, in a line; None if it has everything."""
    if not (left := sum(supervisor.left.values())):
        return None
    unsent = f"{left} events could not be sent to {settings.backend_base_url}"
    if held := sum(supervisor.held.values()):
        return f"{unsent}, and {held} of them could not be written below {settings.data_dir}"
    return f"{unsent}; they are kept below {settings.data_dir} and go out with the next start"
