"""A picture of which nothing is known but what was announced."""

import uuid

from contract.media import Image, ImageState, UploadWanted


def new_image(wanted: UploadWanted, household_id: int, now: float) -> Image:
    """It is awaited; whose it is, and how long it stays, is yet to be said."""
    return Image(
        id=uuid.uuid4().hex,
        household_id=household_id,
        person_id=None,
        camera_id=None,
        incident_id=None,
        name=wanted.name,
        content_type=wanted.content_type,
        bytes=wanted.bytes,
        state=ImageState.PENDING,
        failure=None,
        width=None,
        height=None,
        colour_profile=None,
        taken_at=None,
        keeps_place=wanted.keeps_place,
        latitude=None,
        longitude=None,
        results=(),
        created_at=now,
        confirmed_at=None,
        delete_at=None,
    )
