"""The server is told that cameras are not watched: it is not to miss them, or is to know why."""

from contextlib import suppress

from agent.capture import is_live
from agent.config import AgentSettings
from agent.errors import AgentFailed
from agent.link import report_unwatched
from agent.outbox.recovery import OutboxInUse
from contract.events import ENDED, FAILED
from modeling.perception.detector.checkpoint import CheckpointError


def send_farewell(settings: AgentSettings) -> None:
    """Report that the cameras were taken down; raises AgentFailed."""
    try:
        is_received = report_unwatched(settings, settings.watched, ENDED)
    except OutboxInUse as failure:
        raise AgentFailed(f"{failure}; stop it first") from failure
    except OSError as failure:
        raise AgentFailed(f"cannot write below {settings.data_dir}: {failure}") from failure
    if not is_received:
        raise AgentFailed(f"the server at {settings.backend_base_url} has not received it")


def report_failure(settings: AgentSettings, failure: CheckpointError) -> None:
    """Send the server, too, why its cameras are not watched: the household reads no log."""
    cameras = [name for name, source in settings.watched.items() if is_live(source)]
    with suppress(OutboxInUse, OSError):
        report_unwatched(settings, cameras, FAILED, str(failure))
