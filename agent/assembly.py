"""Builds a run of the camera box from its settings, and takes it down again."""

import hashlib
import logging
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from agent.analysis_worker import AnalysisWorker
from agent.analyzer import Analyzer, AutoAnalyzer, LocalAnalyzer, RemoteAnalyzer
from agent.capture import Pace, is_pose_track, open_source
from agent.config import AgentSettings, Inference, ShareFrames
from agent.events import EventFactory
from agent.frame_judge import ANSWER_SEC, FrameJudge
from agent.heartbeat import Heartbeat
from agent.key_frames import KeyFrames
from agent.outbox import Outbox
from agent.picture import PictureCheck, load_camera_health
from agent.pipeline import Estimate, Pipeline
from agent.progress import show_progress
from agent.server import connect
from agent.uploader import Uploader
from modeling.checkpoint import CheckpointError
from modeling.detector import Detector
from modeling.event_machine import EventMachine
from modeling.gate import PoseGate
from modeling.pose import Pose
from modeling.still_down import StillDownWatch
from modeling.video import Frame
from modeling.vision.model import ImageModel

logger = logging.getLogger(__name__)

# A window is asked about every 100 ms: an answer that takes longer than this is of no use.
ANALYSIS_TIMEOUT_SEC = 1.0
UPLOAD_TIMEOUT_SEC = 10.0


@contextmanager
def assembled(settings: AgentSettings, *, record: bool) -> Iterator[Pipeline]:
    """A pipeline that is ready to run, with its uploader at work.

    Raises SourceError, CheckpointError, ImportError where a system library is missing, OutboxInUse,
    and OSError when the outbox cannot be where it is to be.
    """
    with ExitStack() as stack:
        source = open_source(settings.source, settings.pace)
        stack.callback(source.close)
        analyzer = _analyzer(settings, stack)
        outbox = Outbox(
            settings.data_dir / "outbox" / f"{_file_name(settings.camera_id)}.sqlite3",
            settings.outbox_events,
        )
        stack.callback(outbox.close)
        _start_uploader(settings, outbox, stack)
        factory = EventFactory(settings.camera_id, epoch=time.time())
        machine = EventMachine(settings.event_machine)
        key_frames = KeyFrames() if settings.share_frames is ShareFrames.INCIDENT else None
        worker = AnalysisWorker(
            analyzer,
            machine,
            StillDownWatch(settings.still_down_after),
            factory,
            outbox,
            probs_sec=settings.probs_sec,
            lossless=not source.live,
            judge=_judge(settings, key_frames, stack),
        )
        yield Pipeline(
            source=source,
            estimate=_estimate(settings.source, stack),
            worker=worker,
            analyzer=analyzer,
            factory=factory,
            outbox=outbox,
            heartbeat=Heartbeat(settings.heartbeat_sec),
            picture=PictureCheck(_camera_health(settings)),
            progress=show_progress(source, stack),
            follows_wall_clock=source.live or settings.pace is Pace.REALTIME,
            recorded=[] if record else None,
            key_frames=key_frames,
        )


def _analyzer(settings: AgentSettings, stack: ExitStack) -> Analyzer:
    if settings.inference is Inference.LOCAL:
        return LocalAnalyzer(Detector.load(settings.model_checkpoint_path))
    client = stack.enter_context(
        connect(str(settings.backend_base_url), settings.api_key, ANALYSIS_TIMEOUT_SEC)
    )
    remote = RemoteAnalyzer(client)
    if settings.inference is Inference.REMOTE:
        return remote
    try:
        local = LocalAnalyzer(Detector.load(settings.model_checkpoint_path))
    except CheckpointError as error:
        logger.warning("%s; without the server nothing is analyzed", error)
        return remote
    return AutoAnalyzer(remote, local)


def _camera_health(settings: AgentSettings) -> ImageModel | None:
    if is_pose_track(settings.source):
        return None  # there are no pictures to look at
    return load_camera_health(settings.vision_checkpoints_path)


def _judge(
    settings: AgentSettings, frames: KeyFrames | None, stack: ExitStack
) -> FrameJudge | None:
    if frames is None:
        return None
    client = stack.enter_context(
        connect(str(settings.backend_base_url), settings.api_key, ANSWER_SEC)
    )
    return FrameJudge(frames, client)


def _start_uploader(settings: AgentSettings, outbox: Outbox, stack: ExitStack) -> None:
    client = stack.enter_context(
        connect(str(settings.backend_base_url), settings.api_key, UPLOAD_TIMEOUT_SEC)
    )
    uploader = Uploader(outbox, client)
    uploader.start()
    stack.callback(uploader.stop)


def _estimate(source: str, stack: ExitStack) -> Estimate:
    if is_pose_track(source):
        return _no_estimate
    # Imported here because it takes seconds, which a pose track need not wait for.
    from modeling.estimator import PoseEstimator

    estimator = PoseEstimator()
    stack.callback(estimator.close)
    return PoseGate(estimator.estimate).pose


def _no_estimate(frame: Frame) -> Pose:
    raise AssertionError(f"a pose track gave a picture, frame {frame.index}")


def _file_name(camera_id: str) -> str:
    """A name to recognise the camera by, without slashes, short in bytes, and no other camera's."""
    readable = re.sub(r"[^\w-]", "_", camera_id)[:40]
    return f"{readable}-{hashlib.sha256(camera_id.encode()).hexdigest()[:8]}"
