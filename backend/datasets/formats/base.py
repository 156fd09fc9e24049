"""What every format of files offers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import splitext
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from backend.datasets.errors import UnusableFiles
from backend.errors import shorten
from contract.datasets import DatasetFile
from contract.names import Name

MAX_TEXT_BYTES = 64 * 2**20
NOTE = re.compile(r"(^|.*/)(README|LICEN[CS]E)[^/]*(\.md|\.txt)?", re.IGNORECASE)
_LABEL: TypeAdapter[str] = TypeAdapter(Name)


@dataclass(frozen=True)
class TakenFile:
    """A file that is to be of a version: `place` is where its content lies now."""

    path: str
    sha256: str
    size: int
    place: Path

    def about(self, labels: tuple[str, ...] = (), group: str | None = None) -> DatasetFile:
        """The file as a manifest names it."""
        return DatasetFile(
            path=self.path, sha256=self.sha256, size=self.size, labels=labels, group=group
        )


Tree = Mapping[str, TakenFile]
"""All files of a version by their paths."""


class Format(Protocol):
    """Both methods raise UnusableFiles, which says of which file and what was expected."""

    def check(self, path: str, place: Path) -> None:
        """Look at one file by itself: whether it can be read, and belongs into such a data set."""
        ...

    def read(self, tree: Tree) -> list[DatasetFile]:
        """What each file is about, looked at together."""
        ...


def suffix_of(path: str) -> str:
    """In lower case, with its dot."""
    return splitext(path)[1].lower()


def text_of(file: TakenFile) -> str:
    """What a small text says, in UTF-8; raises UnusableFiles."""
    if file.size > MAX_TEXT_BYTES:
        raise unusable(file.path, f"expected at most {MAX_TEXT_BYTES >> 20} MiB of text")
    try:
        return file.place.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise unusable(file.path, "expected text in UTF-8") from error


def check_label(path: str, label: str) -> str:
    """`label`, if it can be one; raises UnusableFiles."""
    try:
        return _LABEL.validate_python(label)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise unusable(path, f"{shorten(label)!r} is no label: {said}") from error


def unusable(path: str, reason: str) -> UnusableFiles:
    """The error about one file."""
    return UnusableFiles(f"{shorten(path)!r}: {reason}")
