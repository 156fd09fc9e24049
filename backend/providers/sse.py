"""Server-sent events: the data of each, out of bytes as they come."""

from backend.providers.base import Failure, ProviderFailed

MAX_PENDING_BYTES = 256 * 2**10
"""Of one line."""
_FIELD = "data:"


class EventData:
    """Reads one stream; what is neither data nor the end of an event is passed over."""

    def __init__(self) -> None:
        self._pending = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """The data of the events that these bytes end; raises ProviderFailed."""
        *lines, self._pending = (self._pending + chunk).split(b"\n")
        if len(self._pending) > MAX_PENDING_BYTES:
            raise ProviderFailed(Failure.GARBAGE)
        return [data for line in lines if (data := self._take(line.rstrip(b"\r"))) is not None]

    def _take(self, line: bytes) -> str | None:
        """What an event says, once its last line has come."""
        if line:
            text = line.decode(errors="replace")
            if text.startswith(_FIELD):
                self._data.append(text.removeprefix(_FIELD).removeprefix(" "))
            return None
        data, self._data = self._data, []
        return "\n".join(data) if data else None
