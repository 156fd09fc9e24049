"""A household's server of which nothing ships, and its versions."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.versions.service import VersionService
from testkit.asked_home import AskedHome, asked_home


@pytest.fixture(scope="module")
def versions_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    folder = tmp_path_factory.mktemp("deployments")
    nothing = {"model_checkpoint_path": folder / "none", "vision_checkpoints_path": folder / "none"}
    with asked_home(folder / "data", **nothing) as home:
        yield home


@pytest.fixture(scope="module")
def versions(versions_home: AskedHome) -> VersionService:
    found: VersionService = versions_home.app.state.versions
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
