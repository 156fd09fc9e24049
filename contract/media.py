"""Pictures that a household keeps, as the server, its workers and the pages know them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from contract.names import CameraName, Name

MAX_IMAGE_BYTES = 50 * 2**20
UPLOAD_SEC = 600
"""So long a signed address takes a picture."""


class ImageType(StrEnum):
    """The types of pictures that are kept."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    TIFF = "image/tiff"


SUFFIXES = {
    ImageType.JPEG: "jpg",
    ImageType.PNG: "png",
    ImageType.WEBP: "webp",
    ImageType.HEIC: "heic",
    ImageType.TIFF: "tiff",
}


class ImageState(StrEnum):
    """Where a picture stands: asked for, kept, or not kept for a reason."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class ImageResult(BaseModel):
    """A picture that a job made of another; `name` is its file's below `results/`."""

    model_config = ConfigDict(frozen=True)

    name: str
    content_type: ImageType
    bytes: int
    job_id: str
    made_at: float
    remark: str | None = None
    """What whoever looks at it has to know, such as that it was made smaller for want of memory."""


class Image(BaseModel):
    """A picture that is kept, or is to be. Times are seconds since 1970 by the server's clock.

    `person_id` is who brought it, None for a camera's, which has a `camera_id`. What is known of
    the content (`width` to `taken_at`) is None until it is confirmed; sides are as it is to be
    looked at. `latitude` and `longitude` are kept where whoever brought it asked for that.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    person_id: int | None
    camera_id: str | None
    incident_id: str | None
    name: str
    content_type: ImageType
    bytes: int
    state: ImageState
    failure: str | None
    width: int | None
    height: int | None
    colour_profile: str | None
    taken_at: float | None
    keeps_place: bool
    latitude: float | None
    longitude: float | None
    results: tuple[ImageResult, ...]
    created_at: float
    confirmed_at: float | None
    delete_at: float | None
    """When it goes by itself, as the household's consent says; None where it stays."""


class UploadWanted(BaseModel):
    """A picture that is to be brought: exactly so many bytes of exactly this type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    content_type: ImageType
    bytes: Annotated[int, Field(gt=0, le=MAX_IMAGE_BYTES)]
    keeps_place: StrictBool = False
    """Whether the place where it was taken stays known."""


class SignedPut(BaseModel):
    """Where a picture is put: by PUT, with exactly these headers, until `expires_at`."""

    model_config = ConfigDict(frozen=True)

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]
    expires_at: float


class UploadOffer(BaseModel):
    """The answer to an UploadWanted: the picture as it waits, and where to put it."""

    model_config = ConfigDict(frozen=True)

    image: Image
    put: SignedPut


class ImageWork(StrEnum):
    """What a job makes of one picture."""

    THUMBNAIL = "thumbnail"
    METADATA = "metadata"
    BLUR_FACES = "blur_faces"
    KEEP_SKELETON = "keep_skeleton"
    """All but the skeletons of the people is blurred."""
    APPLY_LOOK = "apply_look"


class ImageSpec(BaseModel):
    """What a job of one picture is about; `look_id` is that of APPLY_LOOK."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_id: str
    work: ImageWork
    look_id: str | None = None


class Consent(BaseModel):
    """That the household keeps pictures: those of a camera, or those that people bring.

    `camera_id` None is the people's. `days` is how long each is kept, None for as long as nobody
    erases it.
    """

    model_config = ConfigDict(frozen=True)

    camera_id: str | None
    days: Annotated[int, Field(ge=1, le=36_500)] | None
    given_by: int | None
    given_at: float


class ConsentWanted(BaseModel):
    """That such pictures are to be kept from now on, and for how many days each; see Consent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera_id: CameraName | None = None
    days: Annotated[int, Field(ge=1, le=36_500)] | None


class ConsentWithdrawn(BaseModel):
    """That such pictures are kept no more, and how many of those that were are erased."""

    camera_id: str | None
    erased: int


class ImageErased(BaseModel):
    """That a picture is gone, with these files of it."""

    id: str
    files: tuple[str, ...]


class ImageView(BaseModel):
    """That somebody looked at a picture; `what` is its file: original, thumbnail or a result."""

    model_config = ConfigDict(frozen=True)

    image_id: str
    person_id: int | None
    what: str
    at: float
