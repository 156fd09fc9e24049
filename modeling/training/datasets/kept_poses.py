"""The poses of a dataset, kept so that no video is read twice: by its content, not by its name."""

import hashlib
from pathlib import Path

from modeling.perception.poses.pose import PoseTrack

DEFAULT_DATASET = Path("data/dataset")
TRACKS_NAME = "tracks"
READER = "5"
"""Another one where the same file would give other poses."""


def track_path(folder: Path, name: str) -> Path:
    """Where the dataset at `folder` keeps the poses of the clip `name`."""
    return folder / TRACKS_NAME / f"{name}.npz"


def digest_source(file: Path, fps: float | None) -> str:
    """What the poses of `file` follow from: its bytes, and how they are read."""
    with file.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"{content} reader {READER} fps {fps}"


def load_kept(path: Path, digest: str) -> PoseTrack | None:
    """The track at `path` if it was made from that source; raises PoseTrackError."""
    note = _note(path)
    if not path.is_file() or not note.is_file() or note.read_text(encoding="utf-8") != digest:
        return None
    return PoseTrack.load(path)


def keep(track: PoseTrack, path: Path, digest: str) -> None:
    """Write `track` and what it was made from; a run that is cut off leaves no half track."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _note(path).unlink(missing_ok=True)
    unfinished = path.with_suffix(".part.npz")
    track.save(unfinished)
    unfinished.replace(path)
    _note(path).write_text(digest, encoding="utf-8")


def _note(path: Path) -> Path:
    return path.with_suffix(".source")
