from pathlib import Path
from typing import Any

import pytest

from backend.bus import Bus
from backend.contacts.kinds.base import Means
from backend.contacts.registry import FORM
from testkit.clock import Clock
from testkit.contacts_alone import means_of

NOW = 1_800_000_000.0


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def means(tmp_path: Path, clock: Clock) -> Means:
    return means_of(tmp_path, Bus(), clock)


@pytest.fixture
def form() -> Any:
    """A form of any kind."""
    return lambda **fields: FORM.validate_python(fields)
