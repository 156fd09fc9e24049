"""Builds the watch of one camera of the box, and takes it down again."""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from agent.analysis_worker import AnalysisWorker
from agent.analyzer import Analyzer, AutoAnalyzer, LocalAnalyzer, RemoteAnalyzer
from agent.box import Box
from agent.capture import Pace, is_pose_track, open_source
from agent.config import Inference, ShareFrames
from agent.events import EventFactory
from agent.frame_judge import FrameJudge
from agent.heartbeat import Heartbeat
from agent.key_frames import KeyFrames
from agent.outbox import Outbox
from agent.picture import PictureCheck
from agent.pipeline import Estimate, Pipeline
from agent.progress import show_progress
from agent.uploader import Uploader
from modeling.event_machine import EventMachine
from modeling.gate import PoseGate
from modeling.pose import Pose
from modeling.still_down import StillDownWatch
from modeling.video import Frame


@contextmanager
def assembled(box: Box, camera_id: str, *, record: bool = False) -> Iterator[Pipeline]:
    """The pipeline of one of the box's cameras, ready to run, with its uploader at work.

    Raises SourceError, ImportError where a system library is missing, OutboxInUse, and OSError
    when the outbox cannot be where it is to be.
    """
    settings = box.settings
    with ExitStack() as stack:
        source = open_source(settings.watched[camera_id], settings.pace, camera_id)
        stack.callback(source.close)
        outbox = Outbox(
            settings.data_dir / "outbox" / f"{_file_name(camera_id)}.sqlite3",
            settings.outbox_events,
        )
        stack.callback(outbox.close)
        _start_uploader(box, outbox, camera_id, stack)
        factory = EventFactory(camera_id, epoch=time.time())
        key_frames = KeyFrames() if settings.share_frames is ShareFrames.INCIDENT else None
        worker = AnalysisWorker(
            _analyzer(box),
            EventMachine(settings.event_machine),
            StillDownWatch(settings.still_down_after),
            factory,
            outbox,
            probs_sec=settings.probs_sec,
            lossless=not source.live,
            judge=None if key_frames is None else FrameJudge(key_frames, box.predictions),
        )
        is_track = is_pose_track(settings.watched[camera_id])
        yield Pipeline(
            source=source,
            estimate=_no_estimate if is_track else _estimate(stack),
            worker=worker,
            factory=factory,
            outbox=outbox,
            heartbeat=Heartbeat(settings.heartbeat_sec),
            picture=PictureCheck(None if is_track else box.camera_health),
            progress=show_progress(source, stack) if len(settings.watched) == 1 else _no_progress,
            follows_wall_clock=source.live or settings.pace is Pace.REALTIME,
            recorded=[] if record else None,
            key_frames=key_frames,
            stopping=box.stopping,
        )


def _analyzer(box: Box) -> Analyzer:
    local = None if box.detector is None else LocalAnalyzer(box.detector)
    if local is not None and box.settings.inference is Inference.LOCAL:
        return local
    remote = RemoteAnalyzer(box.analysis)
    return remote if local is None else AutoAnalyzer(remote, local)


def _start_uploader(box: Box, outbox: Outbox, camera_id: str, stack: ExitStack) -> None:
    uploader = Uploader(outbox, box.uploads, f"{camera_id} uploader")
    uploader.start()
    stack.callback(uploader.stop)


def _estimate(stack: ExitStack) -> Estimate:
    # Imported here because it takes seconds, which a pose track need not wait for.
    from modeling.estimator import PoseEstimator

    estimator = PoseEstimator()
    stack.callback(estimator.close)
    return PoseGate(estimator.estimate).pose


def _no_estimate(frame: Frame) -> Pose:
    raise AssertionError(f"a pose track gave a picture, frame {frame.index}")


def _no_progress() -> None:
    """The bars of several cameras would draw over each other."""


def _file_name(camera_id: str) -> str:
    """A name to recognise the camera by, without slashes, short in bytes, and no other camera's."""
    readable = re.sub(r"[^\w-]", "_", camera_id)[:40]
    return f"{readable}-{hashlib.sha256(camera_id.encode()).hexdigest()[:8]}"
