"""What all unit tests share."""

from collections.abc import Iterator

import pytest

from testkit.migrated_once import MigratedOnce


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[None]:
    """Only the first database of a schema is migrated; the others get its tables."""
    with pytest.MonkeyPatch.context() as patch:
        MigratedOnce().install(patch)
        yield
