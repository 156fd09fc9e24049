"""A household's server whose versions are in memory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from testkit.asked_home import AskedHome, asked_home
from testkit.named_versions import NamedVersions


@pytest.fixture(scope="module")
def versions_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("backend.opening.versions.VersionService", NamedVersions)
        with asked_home(tmp_path_factory.mktemp("deployments")) as home:
            yield home


@pytest.fixture(scope="module")
def versions(versions_home: AskedHome) -> NamedVersions:
    found: NamedVersions = versions_home.app.state.versions
    return found


@pytest.fixture(scope="session")
def make_version(
    make_named_checkpoint: Callable[[Path, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Writes a checkpoint that is called so."""

    def make(name: str) -> Path:
        return make_named_checkpoint(tmp_path_factory.mktemp(name), name)

    return make


@pytest.fixture
def windows() -> Any:
    """Three windows that differ."""
    random = np.random.default_rng(0)
    return random.normal(size=(3, 16, 55)).astype(np.float32)
