"""Pictures that a household keeps, without that anybody brought or looked at them."""

import uuid
from io import BytesIO
from typing import Any

from PIL import Image as Pillow

from backend.media import store
from backend.media.drivers.driver import Driver
from backend.media.keys import ORIGINAL, key_of
from backend.storage.database import Database
from contract.media import Image, ImageState, ImageType

NOW = 1_795_939_200.0


def keep_picture(
    database: Database, driver: Driver, content: bytes | None = None, **fields: Any
) -> Image:
    """A confirmed picture, by default a small red JPEG; `fields` are the row's."""
    content = content if content is not None else red_picture()
    image = Image.model_validate(
        {
            "id": uuid.uuid4().hex,
            "household_id": 1,
            "person_id": 1,
            "camera_id": None,
            "incident_id": None,
            "name": "거실.jpg",
            "content_type": ImageType.JPEG,
            "bytes": len(content),
            "state": ImageState.CONFIRMED,
            "failure": None,
            "width": 64,
            "height": 48,
            "colour_profile": None,
            "taken_at": None,
            "keeps_place": False,
            "latitude": None,
            "longitude": None,
            "results": (),
            "created_at": NOW,
            "confirmed_at": NOW,
            "delete_at": None,
        }
        | fields
    )
    with database.writing() as db:
        store.add(db, image)
    driver.write(key_of(image, ORIGINAL), [content], image.content_type)
    return image


def red_picture(size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG."""
    encoded = BytesIO()
    Pillow.new("RGB", size, "red").save(encoded, "JPEG")
    return encoded.getvalue()
