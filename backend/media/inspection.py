"""Has a process of its own look at a picture: whatever is in it, the server goes on."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import IO

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from backend.media.decoding.refused import NO_ROOM
from backend.media.errors import BadImage, MediaUnavailable
from contract.media import ImageType

CHILD = "backend.media.decoding"
WAIT_SEC = 20.0
"""By the clock: a slow machine has other things to do. By the processor it has two seconds."""
MALLOC = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}
DAMAGED = "the picture is damaged, or takes more than 60 MB of memory to read"


class Found(BaseModel):
    """What is known of a picture once it was looked at; sides as it is to be looked at."""

    model_config = ConfigDict(frozen=True)

    width: int
    height: int
    colour_profile: str | None
    taken_at: float | None
    latitude: float | None
    longitude: float | None


class Refusal(BaseModel):
    """Why a picture is not kept."""

    refusal: str


ANSWER: TypeAdapter[Found | Refusal] = TypeAdapter(Found | Refusal)


def inspect(
    source: IO[bytes],
    original: IO[bytes],
    thumbnail: IO[bytes],
    content_type: ImageType,
    *,
    keeps_place: bool,
) -> Found:
    """Look at `source`, and write its thumbnail and, without its place and device, its original.

    With `keeps_place` no original is written: the source is to stay. All three are files that
    have descriptors. Raises BadImage, MediaUnavailable and OSError.
    """
    files = [it.fileno() for it in (source, original, thumbnail)]
    process = start(files, content_type, keeps_place=keeps_place)
    try:
        answer, _ = process.communicate(timeout=WAIT_SEC)
    except subprocess.TimeoutExpired as error:
        raise MediaUnavailable("the machine is too busy to look at the picture") from error
    finally:
        process.kill()
        process.wait()
    return found_of(answer, process.returncode)


def start(
    files: Sequence[int], content_type: ImageType, *, keeps_place: bool
) -> subprocess.Popen[bytes]:
    """The process, which says on its standard output what it has found."""
    return subprocess.Popen(  # noqa: S603
        command_of(files, content_type, keeps_place=keeps_place),
        pass_fds=files,
        env=MALLOC | {"PATH": os.environ.get("PATH", "")},  # nothing of ours
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def command_of(files: Sequence[int], content_type: ImageType, *, keeps_place: bool) -> list[str]:
    """What it runs; `files` are descriptors that it inherits."""
    place = "keep" if keeps_place else "drop"
    return [sys.executable, "-I", "-m", CHILD, *map(str, files), content_type.value, place]


def found_of(answer: bytes, status: int) -> Found:
    """What the process has said before it ended with `status`.

    Raises BadImage, and MediaUnavailable where the disk is to blame.
    """
    if status == NO_ROOM:
        raise MediaUnavailable("the disk has no room to look at the picture")
    if status < 0:
        raise BadImage("the picture takes more than 2 s to read, or breaks what reads it")
    try:
        found = ANSWER.validate_json(answer)
    except ValidationError as error:
        raise BadImage(DAMAGED) from error
    if isinstance(found, Refusal):
        raise BadImage(f"the picture cannot be kept: {found.refusal}")
    return found
