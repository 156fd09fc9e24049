"""Deployments by themselves, of the detector that ships."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.deployments.artifacts import Artifacts
from backend.deployments.errors import AlreadyDeployed
from backend.deployments.production import By
from backend.deployments.service import DeploymentService, DeploymentWanted
from backend.jobs.service import JobService
from backend.storage.blobs import Blobs
from backend.storage.shared_file import SharedFile
from backend.versions.service import VersionService
from contract.deployments import DeploymentKind
from contract.versions import DETECTOR, AliasMove
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from testkit.households import HOME


class Slow(VersionService):
    """Somebody else does something while an alias is moved."""

    meanwhile: Callable[[], object] | None = None

    def move(self, *args: Any) -> AliasMove:
        first, self.meanwhile = self.meanwhile, None
        if first is not None:
            first()
        return super().move(*args)


def test_of_two_at_once_one_deploys_to_the_camera_boxes(tmp_path: Path) -> None:
    with closing(SharedFile(tmp_path / "factory.sqlite3")) as database:
        blobs = Blobs(tmp_path / "blobs")
        versions = Slow(database, blobs, shipped={DETECTOR: DEFAULT_CHECKPOINT})
        artifacts = Artifacts(blobs, JobService(database))
        service = DeploymentService(database, versions, artifacts)
        (shipped,) = versions.newest(HOME)
        boxes = DeploymentWanted(DeploymentKind.EDGE, "boxes", DETECTOR, {shipped.id: 100})
        versions.meanwhile = lambda: service.create(boxes, By(HOME))
        with pytest.raises(AlreadyDeployed):
            service.create(boxes, By(HOME))
        assert [it.name for it in service.all(HOME)] == ["boxes"]
