"""Events with a number, in place of those that a camera box sends."""

from collections.abc import Callable

import pytest

from contract.events import Event
from testkit.box import numbered_event


@pytest.fixture(scope="session")
def make_event() -> Callable[..., Event]:
    """Makes the event number n."""
    return numbered_event
