"""Small models, and a server that answers by them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testkit.tabular_models import make_models


@pytest.fixture(scope="session")
def tabular_checkpoints(tmp_path_factory: pytest.TempPathFactory, image_checkpoints: Path) -> Path:
    """Those of the image models, and of the tabular ones."""
    folder = tmp_path_factory.mktemp("checkpoints")
    for found in image_checkpoints.iterdir():
        (folder / found.name).symlink_to(found)
    return make_models(folder)


@pytest.fixture(scope="module")
def asked_server(serve: Callable[..., Any], tabular_checkpoints: Path) -> Any:
    """One for all tests of a module that leave it running."""
    return serve(VISION_CHECKPOINTS_PATH=tabular_checkpoints)
