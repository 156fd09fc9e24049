"""Tells the server which cameras the box has found, and hears which an owner has chosen."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx
from pydantic import ValidationError

from agent.backend_client import describe_failure
from agent.onvif.finder import Asked
from agent.onvif.login import LoginsUnreadable
from common.files import replace_whole
from contract.found_cameras import Choice, ChosenStream, FoundCameras, found_path

logger = logging.getLogger(__name__)

ASK_SEC = 15.0
LOOK_SEC = 60.0
STOP_SEC = 1.0


class ChoiceFollower:
    """Looks for cameras every `look_sec`, and asks the server for the choice every `ask_sec`.

    The server chooses among what this box has found, and cannot lead it elsewhere. The last choice
    stays in force while the server is away; the file `kept` holds it over a restart.
    """

    def __init__(
        self,
        server: httpx.Client,
        camera_id: str,
        look: Callable[[], list[Asked]],
        kept: Path,
        *,
        ask_sec: float = ASK_SEC,
        look_sec: float = LOOK_SEC,
    ) -> None:
        self._server, self._camera_id, self._look = server, camera_id, look
        self._kept, self._ask_sec, self._look_sec = kept, ask_sec, look_sec
        self._choice = self._read_kept()
        self._found = FoundCameras()
        self._looked_at = float("-inf")
        self._said = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{camera_id} choice", daemon=True)

    @property
    def chosen(self) -> ChosenStream | None:
        """As it is now; any thread."""
        return self._choice.chosen

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop asking; an answer that is late is not waited for."""
        self._stopping.set()
        self._thread.join(STOP_SEC)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._find()
                self._take(self._ask())
                self._said = ""
            except (httpx.HTTPStatusError, httpx.DecodingError) as error:
                self._say(f"the server takes no cameras of this box: {describe_failure(error)}")
            except LoginsUnreadable as error:
                self._say(str(error))
            except (httpx.HTTPError, RuntimeError):  # it is away, which the uploader says
                pass
            self._stopping.wait(self._ask_sec)

    def _find(self) -> None:
        """Look again, if it is time. Raises LoginsUnreadable."""
        if time.monotonic() - self._looked_at < self._look_sec:
            return
        self._found = FoundCameras(cameras=tuple(asked.found for asked in self._look()))
        self._looked_at = time.monotonic()

    def _ask(self) -> Choice:
        """Raises httpx.HTTPError."""
        told = self._found.model_dump(mode="json")
        answer = self._server.put(found_path(self._camera_id), json=told).raise_for_status()
        try:
            return Choice.model_validate_json(answer.content)
        except ValidationError as error:
            raise httpx.DecodingError("no choice") from error

    def _take(self, choice: Choice) -> None:
        if choice == self._choice:
            return
        if choice.chosen is not None and not self._found.has(choice.chosen):
            self._say(f"the stream that is chosen for {self._camera_id} is none that was found")
            return
        logger.info("another stream is chosen for %s", self._camera_id)
        self._choice = choice
        try:
            replace_whole(self._kept, choice.model_dump_json())
        except OSError as error:
            logger.warning("the choice for %s cannot be saved: %s", self._camera_id, error)

    def _read_kept(self) -> Choice:
        with suppress(OSError, ValueError):  # the server is asked at once
            return Choice.model_validate_json(self._kept.read_bytes())
        return Choice(chosen=None)

    def _say(self, what: str) -> None:
        """Once, until it is another thing."""
        if what != self._said:
            logger.warning("%s", what)
        self._said = what
