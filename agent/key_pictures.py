"""Sends the key picture of a fall to be kept: only where SHARE_FRAMES allows it."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus

import httpx2 as httpx

from agent.backend_client import describe_failure
from agent.recent_frames import RecentFrames

logger = logging.getLogger(__name__)

PATH = "/images/of-camera"


class KeyPictures:
    """Sends one at a time, in a thread of its own: nobody waits for it, and none is sent twice.

    It is the picture that the server was asked about. The server keeps it only where the household
    has turned that on for this camera, and refuses it else.
    """

    def __init__(self, frames: RecentFrames, client: httpx.Client, camera_id: str) -> None:
        self._frames, self._client, self._camera_id = frames, client, camera_id
        self._thread = ThreadPoolExecutor(1, "key-picture")
        self._sent: Future[None] | None = None

    def send(self, time: float, incident_id: str | None) -> None:
        """Send the picture at `time` (seconds of the stream), if there is one."""
        jpeg = self._frames.jpeg_at(time)
        if jpeg is None:
            return
        if self._sent is not None and not self._sent.done():
            logger.warning("the picture of the fall is not sent: the last one is on its way")
            return
        self._sent = self._thread.submit(self._send, jpeg, incident_id)

    def _send(self, jpeg: bytes, incident_id: str | None) -> None:
        of = {"camera_id": self._camera_id}
        if incident_id is not None:
            of["incident_id"] = incident_id
        headers = {"Content-Type": "image/jpeg"}
        try:
            answer = self._client.post(PATH, params=of, content=jpeg, headers=headers)
            if answer.status_code == HTTPStatus.FORBIDDEN:  # the household keeps none
                return
            answer.raise_for_status()
        except httpx.HTTPError as error:
            logger.warning("the picture of the fall is not kept: %s", describe_failure(error))
            return
        logger.info("the picture of the fall is kept")
