"""In which encoding a text is: found by decoding all of it strictly."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.datasets.errors import UnusableFiles
from backend.storage.blobs import chunks_of

UTF8, UTF8_BOM, UTF16, CP949 = "utf-8", "utf-8-sig", "utf-16", "cp949"
UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Encoding:
    """As Python calls it. It `is_certain` where no other one that is known here would do."""

    name: str
    is_certain: bool = True


def encoding_of(path: Path) -> Encoding:
    """The first of UTF-8, UTF-16 with its mark, and CP949 (with EUC-KR) that all of it is in.

    Raises UnusableFiles.
    """
    marked = _marked(path)
    if marked is not None and _is_in(path, marked):
        return Encoding(marked)
    if marked is None and _is_in(path, UTF8):
        return Encoding(UTF8, is_certain=_is_ascii(path) or not _is_in(path, CP949))
    if marked is None and _is_in(path, CP949):
        return Encoding(CP949, is_certain=any(map(HANGUL.search, _decoded(path, CP949))))
    raise UnusableFiles("expected text in UTF-8, UTF-16 with a byte order mark, or CP949")


def _marked(path: Path) -> str | None:
    """What the byte order mark says, if it has one."""
    with path.open("rb") as file:
        head = file.read(len(codecs.BOM_UTF8))
    if head.startswith(codecs.BOM_UTF8):
        return UTF8_BOM
    return UTF16 if head.startswith(UTF16_BOMS) else None


def _is_in(path: Path, encoding: str) -> bool:
    try:
        for _ in _decoded(path, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _is_ascii(path: Path) -> bool:
    return all(chunk.isascii() for chunk in chunks_of(path))


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in chunks_of(path):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
