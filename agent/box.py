"""What all cameras of one camera box share, and how it is stopped."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx2 as httpx

from agent.backend_client import UPLOAD_TIMEOUT_SEC, connect
from agent.capture import is_pose_track
from agent.config import AgentSettings
from agent.fall_verifier import ANSWER_SEC
from agent.model.opening import opened_model
from agent.model.serving import ServingModel
from agent.night.household_look import HouseholdLook
from agent.night.opening import opened_night
from agent.picture_check import load_camera_health
from contract.access import key_for
from modeling.perception.images.model import ImageModel

# There is a moment every 100 ms: an answer that takes longer than this is of no use.
ANALYSIS_TIMEOUT_SEC = 1.0
PACKAGE_TIMEOUT_SEC = 10.0


@dataclass(frozen=True)
class Box:
    """Built once by `opened`; all of it may be used from any thread.

    `model` is None where only the server analyzes, `camera_health` where pictures are not checked,
    `night` where dark ones stay as they are.
    `analysis`, `uploads` and `predictions` are clients of the server, each with its own time-outs.
    """

    settings: AgentSettings
    model: ServingModel | None
    camera_health: ImageModel | None
    analysis: httpx.Client
    uploads: httpx.Client
    predictions: httpx.Client
    night: HouseholdLook | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    """The watch is to end: open incidents get their END, and the uploads a few seconds."""
    giving_up: threading.Event = field(default_factory=threading.Event)
    """The uploads get no time either."""

    def stop(self, *, by_hand: bool) -> None:
        """End the watch of every camera; a second time by hand, without waiting for the server.

        A service manager or `timeout` may send its signal twice and mean it once.
        """
        if self.stopping.is_set() and by_hand:
            self.giving_up.set()
        self.stopping.set()


@contextmanager
def opened(settings: AgentSettings) -> Iterator[Box]:
    """Load the models and open the clients; raises CheckpointError."""
    has_pictures = not all(map(is_pose_track, settings.watched.values()))
    camera_health = load_camera_health(settings.vision_checkpoints_path) if has_pictures else None
    url = str(settings.backend_base_url)
    key = key_for(url, settings.api_key, settings.data_dir)
    with ExitStack() as stack:
        analysis, uploads, predictions, packages = (
            stack.enter_context(connect(url, key, timeout_sec))
            for timeout_sec in (
                *(ANALYSIS_TIMEOUT_SEC, UPLOAD_TIMEOUT_SEC, ANSWER_SEC),
                PACKAGE_TIMEOUT_SEC,
            )
        )
        model = stack.enter_context(opened_model(settings, packages))
        night = stack.enter_context(opened_night(settings, packages)) if has_pictures else None
        yield Box(settings, model, camera_health, analysis, uploads, predictions, night)
