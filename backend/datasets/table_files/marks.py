"""What a file is, by its first bytes and not by its name."""

from pathlib import Path

PARQUET, ENCRYPTED_PARQUET, ZIP = b"PAR1", b"PARE", b"PK"


def is_parquet(path: Path) -> bool:
    """Whether it begins as Parquet does, encrypted or not."""
    return _head(path, len(PARQUET)) in (PARQUET, ENCRYPTED_PARQUET)


def is_zip(path: Path) -> bool:
    """Whether it begins as a zip does, an empty one too."""
    return _head(path, 4) in (ZIP + b"\x03\x04", ZIP + b"\x05\x06")


def _head(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        return file.read(length)
