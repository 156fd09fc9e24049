"""Which camera boxes are to send a self-test. A box only ever calls the server: it hears of it in
the answer to its events."""

from collections.abc import Iterable


class SelfTestCalls:
    """In memory, by camera; any thread, nothing of it waits."""

    def __init__(self) -> None:
        self._tests: dict[str, str] = {}

    def begin(self, camera_id: str, test_id: str) -> None:
        """Let the box of this camera hear of the test in each answer, until it has sent it."""
        self._tests = {**self._tests, camera_id: test_id}

    def end(self, camera_id: str) -> None:
        """It has been sent, or is waited for no more."""
        self._tests = {name: test for name, test in self._tests.items() if name != camera_id}

    def heard_by(self, camera_ids: Iterable[str]) -> str | None:
        """The test that one of these cameras is to send, if any."""
        if not self._tests:  # as nearly always
            return None
        return next(filter(None, map(self._tests.get, camera_ids)), None)
