"""Cameras of ONVIF in the network of this machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from testkit.onvif_camera import OnvifCamera, onvif_camera


@pytest.fixture
def camera_factory() -> Iterator[Callable[..., OnvifCamera]]:
    """Cameras in the network of this machine, until the test ends."""
    with ExitStack() as stack:
        yield lambda behaviour=None: stack.enter_context(onvif_camera(behaviour))
