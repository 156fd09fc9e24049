"""What the camera box looks at: cameras, streams, video files and recorded pose tracks."""

from agent.capture.open_source import OpenSource, is_live, is_pose_track, open_source
from agent.capture.source import EndOfSource, Source, SourceError

__all__ = [
    "EndOfSource",
    "OpenSource",
    "Source",
    "SourceError",
    "is_live",
    "is_pose_track",
    "open_source",
]
