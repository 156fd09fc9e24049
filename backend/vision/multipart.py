"""multipart/form-data in memory, both ways; Starlette's own forms would write pictures to disk."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from backend.errors import InvalidInput, NotJson, shorten

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MULTIPART = "multipart/form-data"
PARTS = ("model_name", "image", "previous")


def boundary_of(content_type: str) -> bytes | None:
    """What separates the parts; None if it is no multipart/form-data. Raises NotJson."""
    kind, options = parse_options_header(content_type)
    if kind != MULTIPART.encode():
        return None
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 70:
        raise NotJson("expected a boundary of 1 to 70 characters in Content-Type")
    return boundary


def parse_parts(body: bytes, boundary: bytes) -> dict[str, bytes]:
    """The parts by their names, PARTS alone; raises NotJson or InvalidInput."""
    reader = _Reader()
    parser = MultipartParser(boundary, reader.callbacks())
    try:
        parser.write(body)
        parser.finalize()
    except MultipartParseError as error:
        raise NotJson(f"expected multipart/form-data: {error}") from error
    if not reader.is_complete:
        raise NotJson("expected multipart/form-data with its last boundary")
    return {name: b"".join(chunks) for name, chunks in reader.parts.items()}


def write_parts(parts: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Content-Type and body. The boundary is a secret of this call: no picture can contain it."""
    boundary = secrets.token_hex(16)
    pieces: list[bytes] = []
    for name, content in parts.items():
        file = f'; filename="{name}"' if name != "model_name" else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        pieces += [head.encode(), content, b"\r\n"]
    return f"{MULTIPART}; boundary={boundary}", b"".join([*pieces, f"--{boundary}--\r\n".encode()])


class _Reader:
    """What the parser calls back."""

    def __init__(self) -> None:
        self.parts: dict[str, list[bytes]] = {}
        self.is_complete = False
        self._header = b""
        self._value = b""
        self._name: str | None = None

    def begin(self) -> None:
        self._header, self._value, self._name = b"", b"", None

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"").decode("utf-8", errors="replace")
        self._header, self._value = b"", b""

    def headers_finished(self) -> None:
        name = self._name or ""
        if name not in PARTS or name in self.parts:
            raise InvalidInput(f"expected the parts {PARTS} once each, got {shorten(name)!r}")
        self.parts[name] = []

    def data(self, data: bytes, start: int, end: int) -> None:
        self.parts[self._name or ""].append(data[start:end])

    def end(self) -> None:
        self.is_complete = True

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self.begin,
            "on_header_field": self.header_field,
            "on_header_value": self.header_value,
            "on_header_end": self.header_end,
            "on_headers_finished": self.headers_finished,
            "on_part_data": self.data,
            "on_end": self.end,
        }
