"""What can be downloaded of a deployment, and the job that builds an image of it."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Mapping

from backend.deployments.context import context_files
from backend.jobs.service import JobService, JobWanted
from backend.storage.blobs import Blobs
from contract.deployments import DeploymentKind
from contract.jobs import JobKind
from contract.versions import Version
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME

BUILDERS = ("docker", "podman", "buildah")
ANSWER_SEC = 5.0
NO_BUILDER = (
    f"no image is built here: none of {', '.join(BUILDERS)} works on the server's machine; "
    "build it by the Dockerfile in the download"
)
CONTAINER_FILES = (MANIFEST_NAME, ONNX_NAME, "CARD.md")
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class Artifacts:
    """Thread-safe; raises BlobUnavailable and DatabaseUnavailable."""

    def __init__(self, blobs: Blobs, jobs: JobService) -> None:
        self._blobs, self._jobs = blobs, jobs

    def make(
        self, kind: DeploymentKind, version: Version, created_by: int | None
    ) -> dict[str, str | None]:
        """The `file`, `job_id` and `note` of a deployment of this version."""
        if kind is DeploymentKind.DOWNLOAD:
            return {"file": self._download(version), "job_id": None, "note": None}
        context = self._context(version)
        builder = find_builder()
        if builder is None:
            return {"file": context, "job_id": None, "note": NO_BUILDER}
        job = self._jobs.ask(
            JobWanted(
                JobKind.CONTAINER,
                f"container of {version.recipe} {version.version}",
                {"builder": builder, "context": context, "tag": tag_of(version)},
                version.household_id,
                created_by,
            )
        )
        return {"file": context, "job_id": job.id, "note": None}

    def _download(self, version: Version) -> str:
        return self._blobs.keep_bytes(zipped(self._files(version, tuple(version.files))))

    def _context(self, version: Version) -> str:
        names = tuple(name for name in CONTAINER_FILES if name in version.files)
        digests = {name: version.files[name] for name in names}
        return self._blobs.keep_bytes(zipped(context_files(self._files(version, names), digests)))

    def _files(self, version: Version, names: tuple[str, ...]) -> dict[str, bytes]:
        return {name: self._blobs.path(version.files[name]).read_bytes() for name in names}


def find_builder() -> str | None:
    """What can build an image here, by its name; None where nothing can."""
    return next((name for name in BUILDERS if _works(name)), None)


def tag_of(version: Version) -> str:
    """What the image is called."""
    return f"dolbom/{version.recipe}:{version.version}".lower()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files: the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _works(name: str) -> bool:
    """One may be installed without the service that it needs."""
    command = shutil.which(name)
    if command is None:
        return False
    try:
        asked = subprocess.run(  # noqa: S603 (no shell, and no word of a client's)
            [command, "info"], capture_output=True, timeout=ANSWER_SEC, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0
