"""Opens what lets versions serve: on camera boxes, as endpoints, and as files."""

from contextlib import suppress

from starlette.datastructures import State

from backend.access.package_key import PackageKey
from backend.config import BackendSettings
from backend.deployments.artifacts import Artifacts
from backend.deployments.edge import EdgeService
from backend.deployments.endpoint import Endpoint
from backend.deployments.loaded import LoadedVersions
from backend.deployments.service import DeploymentService


def open_deployments(state: State, settings: BackendSettings) -> None:
    """After the versions."""
    database, versions = state.factory_database, state.versions
    state.package_key = PackageKey(settings.data_dir)
    with suppress(OSError):  # whoever asks for it later hears that the disk refuses
        state.package_key.public()  # made now: a box that pairs later is not to wait for the disk
    state.edge = EdgeService(database, state.blobs, versions, state.package_key)
    state.deployments = DeploymentService(database, versions, Artifacts(state.blobs, state.jobs))
    state.endpoint = Endpoint(LoadedVersions(versions))
    versions.keep_while(state.deployments.use_of)
