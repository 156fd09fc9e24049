"""The zones of one camera: those of its options, else those of the server."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2 as httpx
from pydantic import ValidationError

from agent.backend_client import describe_failure
from agent.config import AgentSettings
from common.files import replace_whole
from contract.zones import Zones, zones_path

logger = logging.getLogger(__name__)

ASK_SEC = 180.0
STOP_SEC = 1.0


@contextmanager
def zones_of(
    settings: AgentSettings, server: httpx.Client, camera_id: str
) -> Iterator[Callable[[], Zones]]:
    """A function for the zones of a camera as they are now; any thread, it never waits."""
    if by_hand := settings.view(camera_id).zones:
        yield lambda: Zones(zones=by_hand)
        return
    kept = settings.camera_folder(camera_id) / "zones.json"
    poller = ZonePoller(server, camera_id, kept)
    poller.start()
    try:
        yield lambda: poller.zones
    finally:
        poller.stop()


class ZonePoller:
    """Asks the server for the zones of a camera, at the start and every `ask_sec`.

    Until it answers, and while it is away, the last known zones stay in force; the file `kept`
    holds them over a restart.
    """

    def __init__(
        self, server: httpx.Client, camera_id: str, kept: Path, ask_sec: float = ASK_SEC
    ) -> None:
        self._server, self._camera_id = server, camera_id
        self._kept, self._ask_sec = kept, ask_sec
        self._zones = self._read_kept()
        self._is_away = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{camera_id} zones", daemon=True)

    @property
    def zones(self) -> Zones:
        """As they are now; any thread."""
        return self._zones

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop asking; an answer that is late is not waited for."""
        self._stopping.set()
        self._thread.join(STOP_SEC)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take(self._ask())
                self._is_away = False
            except (httpx.HTTPError, RuntimeError) as error:  # the latter once the client is closed
                self._log_away(error)
            self._stopping.wait(self._ask_sec)

    def _ask(self) -> Zones:
        """Raises httpx.HTTPError."""
        answer = self._server.get(zones_path(self._camera_id)).raise_for_status()
        try:
            return Zones.model_validate_json(answer.content)
        except ValidationError as error:
            raise httpx.DecodingError("no zones") from error

    def _take(self, zones: Zones) -> None:
        if zones == self._zones:
            return
        logger.info("%s has %d zones now", self._camera_id, len(zones.zones))
        self._zones = zones
        try:
            replace_whole(self._kept, zones.model_dump_json())
        except OSError as error:
            logger.warning("the zones of %s cannot be saved: %s", self._camera_id, error)

    def _read_kept(self) -> Zones:
        with suppress(OSError, ValueError):  # the server is asked at once
            return Zones.model_validate_json(self._kept.read_bytes())
        return Zones()

    def _log_away(self, error: Exception) -> None:
        """Once per outage; that the server cannot be reached is the uploader's to log."""
        if not self._is_away and isinstance(error, httpx.HTTPStatusError | httpx.DecodingError):
            logger.warning(
                "no zones of %s from the server (%s); the last known ones stay",
                self._camera_id,
                describe_failure(error),
            )
        self._is_away = True
