"""Builds the pipeline of one camera and closes it again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from agent.analysis_worker import AnalysisWorker
from agent.analyzer import Analyzer, AutoAnalyzer, LocalAnalyzer, RemoteAnalyzer
from agent.box import Box
from agent.capture import OpenSource, Source, is_pose_track, open_source
from agent.config import Inference, ShareFrames
from agent.event_factory import EventFactory
from agent.fall_verifier import FallVerifier
from agent.file_pace import FilePace
from agent.ground_file import GroundFile
from agent.heartbeat_counter import HeartbeatCounter
from agent.key_pictures import KeyPictures
from agent.link import Link
from agent.night.household_look import HouseholdLook
from agent.onvif.chosen_source import chosen_source
from agent.onvif.login import CameraLogins
from agent.onvif.source import is_onvif, open_camera, parse_source
from agent.picture_check import PictureCheck
from agent.pipeline import Pipeline
from agent.progress import show_progress
from agent.recent_frames import RecentFrames
from agent.view import CameraView
from agent.zones import zones_of
from modeling.perception.frames.frame import Frame
from modeling.perception.incidents.watch import Watch
from modeling.perception.looks.night import NightLook, NightWay
from modeling.perception.poses.pose import Poses
from modeling.perception.poses.pose_gate import Estimate, PoseGate


def load_estimator(stack: ExitStack) -> Estimate:
    """Load the pose networks until `stack` is closed; raises CheckpointError and ImportError."""
    # Imported here because it takes seconds, which a pose track need not wait for.
    from modeling.perception.poses.pose_estimator import PoseEstimator

    estimator = PoseEstimator()
    stack.callback(estimator.close)
    return estimator.estimate


@contextmanager
def assembled(
    box: Box,
    link: Link,
    record: bool = False,
    *,
    open_source: OpenSource = open_source,
    load_estimator: Callable[[ExitStack], Estimate] = load_estimator,
) -> Iterator[Pipeline]:
    """The pipeline of the camera of `link`, ready to run.

    Raises SourceError and CheckpointError, and ImportError where a system library is missing.
    """
    settings, watched = box.settings, box.settings.watched[link.camera_id]
    with ExitStack() as stack:
        source = _opened(box, link.camera_id, open_source, stack)
        stack.callback(source.close)
        recent_frames = RecentFrames() if settings.share_frames is ShareFrames.INCIDENT else None
        is_track = is_pose_track(watched)
        night_look = None if box.night is None else NightLook(way_of(box.night))
        estimate = _no_estimate if is_track else load_estimator(stack)
        gate = PoseGate(estimate if night_look is None else brightened(estimate, night_look))
        yield Pipeline(
            source=source,
            estimate=gate.poses,
            is_moving=lambda: gate.is_moving and not is_track,
            worker=_worker(box, link, source.live, recent_frames, stack),
            factory=link.factory,
            outbox=link.outbox,
            heartbeat=HeartbeatCounter(settings.heartbeat_sec),
            model=box.model,
            picture_check=PictureCheck(None if is_track else box.camera_health),
            view=CameraView(settings.view(link.camera_id)),
            progress=show_progress(source, stack) if len(settings.watched) == 1 else _no_progress,
            follows_wall_clock=source.live or settings.pace is FilePace.REALTIME,
            recorded=[] if record else None,
            recent_frames=recent_frames,
            night_look=night_look,
            household_look=box.night,
            stopping=box.stopping,
        )


def _opened(box: Box, camera_id: str, open_source: OpenSource, stack: ExitStack) -> Source:
    """Raises SourceError."""
    settings, watched = box.settings, box.settings.watched[camera_id]
    if not is_onvif(watched):
        return open_source(watched, settings.pace, camera_id, settings.fps)
    if (camera := parse_source(watched)).key:
        return open_camera(camera, camera_id, CameraLogins(settings.data_dir))
    return stack.enter_context(chosen_source(settings, box.uploads, camera_id))


def _worker(
    box: Box, link: Link, is_live: bool, recent_frames: RecentFrames | None, stack: ExitStack
) -> AnalysisWorker:
    settings = box.settings
    # A file does not show the ground of the camera whose name it is given.
    ground = GroundFile(settings.camera_folder(link.camera_id)) if is_live else None
    zones = stack.enter_context(zones_of(settings, box.uploads, link.camera_id))
    return AnalysisWorker(
        _analyzer(box, link.factory),
        Watch(settings.watch, None if ground is None else ground.ground, zones),
        link.factory,
        link.outbox,
        probs_sec=settings.probs_sec,
        lossless=not is_live,
        verifier=FallVerifier(recent_frames, box.predictions) if recent_frames else None,
        key_pictures=_key_pictures(box, link, recent_frames),
        ground=ground,
    )


def brightened(estimate: Estimate, night_look: NightLook) -> Estimate:
    """The estimate of what is seen at night. All others see the pictures as they came."""
    return lambda frame: estimate(night_look.seen(frame))


def way_of(look: HouseholdLook) -> Callable[[], NightWay]:
    """The way that dark pictures are changed, as it is each time that it is asked for."""
    return lambda: look.way


def _analyzer(box: Box, factory: EventFactory) -> Analyzer:
    local = None if box.model is None else LocalAnalyzer(box.model, factory.camera_id)
    if local is not None and box.settings.inference is Inference.LOCAL:
        return local
    remote = RemoteAnalyzer(box.analysis, factory)
    return remote if local is None else AutoAnalyzer(remote, local)


def _key_pictures(box: Box, link: Link, frames: RecentFrames | None) -> KeyPictures | None:
    return KeyPictures(frames, box.predictions, link.camera_id) if frames else None


def _no_estimate(frame: Frame) -> Poses:
    raise AssertionError(f"a pose track gave a picture, frame {frame.index}")


def _no_progress() -> None:
    """Several cameras: their bars would overwrite each other."""
