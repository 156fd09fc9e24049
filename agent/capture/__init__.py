"""What the camera box looks at: cameras, streams, video files and recorded pose tracks."""

from agent.capture.opening import is_live, is_pose_track, open_source
from agent.capture.source import EndOfSource, Pace, Source, SourceError

__all__ = [
    "EndOfSource",
    "Pace",
    "Source",
    "SourceError",
    "is_live",
    "is_pose_track",
    "open_source",
]
