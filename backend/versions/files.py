"""The files of a checkpoint: kept among the blobs, and put into a folder again."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from backend.errors import InvalidInput
from backend.storage.blobs import Blobs
from backend.storage.errors import BlobUnavailable
from common.files import sha256_of
from contract.versions import Version
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME, CheckpointError
from modeling.tabular.checkpoint import MODEL_NAME, SCHEMA_NAME

CARD_NAME = "CARD.md"
NETWORK, TREES = frozenset({MANIFEST_NAME, ONNX_NAME}), frozenset({SCHEMA_NAME, MODEL_NAME})
"""What a checkpoint of either has at least."""


class _Label(BaseModel):
    name: str
    anomalous: bool = False


class ManifestRead(BaseModel):
    """What every manifest says, whatever the model is."""

    model_config = ConfigDict(extra="ignore")

    version: str
    labels: tuple[_Label | str, ...]
    metrics: dict[str, Any]

    @property
    def meaning(self) -> frozenset[tuple[str, bool]]:
        """Each label, and whether it may wake people."""
        return frozenset(
            (label, False) if isinstance(label, str) else (label.name, label.anomalous)
            for label in self.labels
        )


def digests_of(folder: Path) -> dict[str, str]:
    """The files of a checkpoint by name; raises CheckpointError where it is none."""
    there = {path.name for path in folder.glob("*")}
    missing = (TREES if SCHEMA_NAME in there else NETWORK) - there
    if missing:
        raise CheckpointError(f"{folder} has no {' and no '.join(sorted(missing))}")
    return {path.name: sha256_of(path) for path in sorted(folder.iterdir()) if path.is_file()}


def keep_files(blobs: Blobs, folder: Path, files: dict[str, str]) -> None:
    """Keep those files of `folder` that are not kept yet; no cleaning up takes the others."""
    for name, digest in files.items():
        if not blobs.retain(digest):
            blobs.keep_file(folder / name)


def put_files(blobs: Blobs, version: Version, folder: Path) -> None:
    """Put the version's files into `folder`, each checked; raises BlobUnavailable.

    A file that is there already stays if it is the same.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, digest in version.files.items():
            _put(blobs, digest, folder / name)
    except OSError as error:
        raise BlobUnavailable(f"version {version.id}: {error.strerror}") from error


def _put(blobs: Blobs, digest: str, target: Path) -> None:
    if target.is_file() and sha256_of(target) == digest:
        return
    partial = target.with_name(f"{target.name}.partial")
    blobs.copy_to(digest, partial)
    if sha256_of(partial) != digest:
        partial.unlink()
        raise BlobUnavailable(f"{target.name}: what is kept of {digest} is damaged")
    partial.replace(target)


def manifest_in(blobs: Blobs, version: Version) -> ManifestRead:
    """What the version's manifest says; raises BlobUnavailable and InvalidInput."""
    return parse_manifest(blobs.path(version.files[MANIFEST_NAME]))


def parse_manifest(path: Path) -> ManifestRead:
    """What a manifest says; raises InvalidInput."""
    try:
        return ManifestRead.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InvalidInput(f"expected a manifest: {error.errors()[0]['msg']}") from error
