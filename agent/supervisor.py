"""Watches the cameras of one box, each in a thread of its own: one that fails stops no other."""

import logging
import math
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from agent.analysis_worker import AnalysisFailed
from agent.box import Box
from agent.build import assembled
from agent.capture import SourceError, is_live
from agent.event_factory import STARTING
from agent.link import Link, linked
from agent.outbox.outbox import Outbox
from agent.outbox.recovery import OutboxInUse
from agent.pipeline import Pipeline
from contract.events import FAILED
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.poses.pose import Poses, PoseTrack

logger = logging.getLogger(__name__)

Assemble = Callable[[Box, Link, bool], AbstractContextManager[Pipeline]]

# The longest that a watch which is stopped waits for the server.
STOP_DRAIN_SEC = 3.0
RETRY_SEC = 5.0
POLL_SEC = 0.1


class RecordingFailed(Exception):
    """The poses could not be written; the message is one line."""


class Supervisor:
    """Watches all cameras of `box`; with `record`, the poses of the only one go to that file.

    A camera that has failed is tried again after `retry_sec`, while another one is watched.
    After `run`, each by camera: `failures` says why it is not watched, `left` how many events the
    server has not received, and `held` how many of these are not on the disk either.
    """

    def __init__(
        self,
        box: Box,
        record: Path | None = None,
        *,
        assemble: Assemble = assembled,
        retry_sec: float = RETRY_SEC,
    ) -> None:
        self.failures: dict[str, str] = {}
        self.left: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self._box = box
        self._record = record
        self._assemble = assemble
        self._retry_sec = retry_sec
        self._watched = set(box.settings.watched)

    def run(self) -> None:
        """Return once every source has ended, as files do, or the box is stopped."""
        threads = [
            threading.Thread(target=self._run, args=(camera_id,), name=camera_id, daemon=True)
            for camera_id in self._box.settings.watched
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, camera_id: str) -> None:
        """Camera thread: watch, and start again after a failure, as a service manager would."""
        while True:
            self._watched.add(camera_id)
            failure = self._attempt(camera_id)
            self._watched.discard(camera_id)
            if failure is None or not self._may_try_again(camera_id, failure):
                return

    def _may_try_again(self, camera_id: str, failure: str) -> bool:
        """Wait for the next attempt. There is none without another camera: the process fails."""
        is_news = self.failures.get(camera_id) != failure
        self.failures[camera_id] = failure
        if not self._watched:
            return False
        if is_news:  # one line per attempt would hide all others
            logger.error("%s is not watched: %s", camera_id, failure)
        if not is_live(self._box.settings.watched[camera_id]):
            return False
        return not self._box.stopping.wait(self._retry_sec) and bool(self._watched)

    def _attempt(self, camera_id: str) -> str | None:
        """Watch until the source ends or the box is stopped; why it failed, or None."""
        try:
            with linked(self._box.settings, self._box.uploads, camera_id) as link:
                return self._watch(link)
        except OutboxInUse as failure:
            return str(failure)
        except OSError as failure:
            return f"cannot write below {self._box.settings.data_dir}: {failure}"

    def _watch(self, link: Link) -> str | None:
        """The same, and report a camera that is not watched to the server."""
        is_camera = is_live(self._box.settings.watched[link.camera_id])
        if is_camera:
            link.report(STARTING)
        failure = self._failure_of_run(link)
        if is_camera and failure is not None:
            link.report(FAILED, failure)
        # After a failure, too, the server gets what happened before it.
        self._drain(link.outbox)
        self.left[link.camera_id] = len(link.outbox)
        self.held[link.camera_id] = link.outbox.held
        return failure

    def _failure_of_run(self, link: Link) -> str | None:
        try:
            self._run_pipeline(link)
        except (SourceError, AnalysisFailed, RecordingFailed, CheckpointError) as failure:
            return str(failure)
        except ImportError as failure:
            return f"pose estimation cannot start: {failure}; the README names the system libraries"
        except Exception as failure:  # the other cameras go on
            logger.exception("the watch of %s has crashed", link.camera_id)
            return f"it has crashed: {type(failure).__name__}"
        return None

    def _run_pipeline(self, link: Link) -> None:
        with self._assemble(self._box, link, self._record is not None) as pipeline:
            logger.info("watching %s as %s", pipeline.source.description, link.camera_id)
            self.failures.pop(link.camera_id, None)
            try:
                pipeline.run()
            finally:
                if self._record is not None and pipeline.recorded:
                    _save(pipeline.recorded, self._record)

    def _drain(self, outbox: Outbox) -> None:
        """Give the uploads time to empty the outbox."""
        patience_sec, enough = self._box.settings.drain_sec, self._box.stopping
        if self._box.stopping.is_set():
            patience_sec, enough = min(patience_sec, STOP_DRAIN_SEC), self._box.giving_up
        for _ in range(math.ceil(patience_sec / POLL_SEC)):
            if enough.is_set() or outbox.wait_empty(POLL_SEC):
                return


def _save(poses: list[Poses], record: Path) -> None:
    try:
        PoseTrack.from_poses(poses).save(record)
    except OSError as error:
        raise RecordingFailed(f"the recording cannot be written to {record}: {error}") from error
