"""What a backup consists of: a file of JSON, which says by a digest of its own that it is whole."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from backend.backups.errors import BackupError
from common.files import replace_durably

NAME = "%Y-%m-%dT%H-%M-%SZ"
END = ".json"


def _below(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/"):
        raise ValueError("expected a path below DATA_DIR")
    return path


class KeptFile(BaseModel):
    """A file of DATA_DIR: where it was, its content, and when it was changed (ns since 1970)."""

    model_config = ConfigDict(frozen=True)

    path: Annotated[str, AfterValidator(_below)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]
    changed_ns: int


class Manifest(BaseModel):
    """All files of a backup that was begun at `began_at`, in seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    began_at: float
    files: tuple[KeptFile, ...]
    seal: str

    @classmethod
    def of(cls, began_at: float, files: tuple[KeptFile, ...]) -> "Manifest":
        """Sealed."""
        return cls(began_at=began_at, files=files, seal=_seal(began_at, files))

    @model_validator(mode="after")
    def _is_whole(self) -> "Manifest":
        if self.seal != _seal(self.began_at, self.files):
            raise ValueError("it was altered")
        return self

    @property
    def name(self) -> str:
        """By which it is known: when it was begun, in UTC."""
        return datetime.fromtimestamp(self.began_at, UTC).strftime(NAME)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put it into the folder of the backups: from then on there is one. Raises OSError."""
    replace_durably(folder / f"{manifest.name}{END}", manifest.model_dump_json().encode())


def names_in(folder: Path) -> list[str]:
    """The backups in a folder, oldest first. Raises OSError."""
    return sorted(path.stem for path in folder.glob(f"*{END}"))


def read_manifest(folder: Path, name: str) -> Manifest:
    """Of one backup; raises BackupError where it is torn or altered, or there is none."""
    path = folder / f"{name}{END}"
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError:
        raise BackupError(f"{path} is torn or was altered") from None


def _seal(began_at: float, files: tuple[KeptFile, ...]) -> str:
    lines = (f"{it.path}\0{it.sha256}\0{it.bytes}\0{it.changed_ns}\n" for it in files)
    return hashlib.sha256("".join([f"{began_at!r}\n", *lines]).encode()).hexdigest()
