"""Where the files of a picture lie: `images/{who}/{id}/…`."""

from pathlib import PurePosixPath

from contract.media import SUFFIXES, Image

ROOT = "images/"
CAMERA, HOUSEHOLD = "camera", "household"
BROUGHT, ORIGINAL, THUMBNAIL = "brought", "original", "thumbnail"
RESULTS = "results/"


def folder_of(image: Image) -> str:
    """What the keys of all its files begin with."""
    person = HOUSEHOLD if image.person_id is None else str(image.person_id)
    return f"{ROOT}{CAMERA if image.camera_id else person}/{image.id}/"


def brought_key(image: Image) -> str:
    """Of the file as it was brought, until it was looked at."""
    return f"{folder_of(image)}{BROUGHT}.{SUFFIXES[image.content_type]}"


def key_of(image: Image, what: str) -> str:
    """Of its `original`, its `thumbnail`, or a result by its name."""
    if what == ORIGINAL:
        return f"{folder_of(image)}{ORIGINAL}.{SUFFIXES[image.content_type]}"
    if what == THUMBNAIL:
        return f"{folder_of(image)}{THUMBNAIL}.webp"
    return f"{folder_of(image)}{RESULTS}{what}"


def image_id_of(key: str) -> str | None:
    """Of which picture a file is; None where it is of none."""
    parts = PurePosixPath(key).parts
    return parts[2] if len(parts) > 3 else None


def is_brought(key: str) -> bool:
    """Whether it is a file as it was brought."""
    return PurePosixPath(key).stem == BROUGHT
