"""How a camera hangs, and which parts of its picture are private: settings and their effect."""

import json
import logging
from enum import StrEnum
from typing import Annotated, Any

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic import model_validator as validator_of_model

from agent.orientation import Orientation
from contract.zones import Polygon, Zone
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image
from modeling.perception.poses.pose import Poses

logger = logging.getLogger(__name__)

MASK_GREY = (114, 114, 114)
LEAST_SEEN = 0.05
"""The share of the picture that a mask must leave visible."""
GRID = 200
EXPECTED_MASK = (
    "expected polygons of 3 or more points each, in shares of the picture's width and height from "
    "0 to 1: [[[0.6, 0.1], [0.9, 0.1], [0.9, 0.5]]]"
)
EXPECTED_OPTIONS = (
    'expected a JSON object of cameras and their options, {"hall": {"rotate": 180, '
    '"flip": "horizontal", "mask": [[[0.6, 0.1], [0.9, 0.1], [0.9, 0.5]]], "zones": [{"name": '
    '"bed", "kind": "rest", "polygon": [[0.1, 0.5], [0.4, 0.5], [0.4, 0.8]]}]}}'
)


class Rotate(StrEnum):
    """By how many degrees the picture is turned clockwise."""

    NOT = "0"
    QUARTER = "90"
    HALF = "180"
    THREE_QUARTERS = "270"
    AUTO = "auto"
    """So that the heads of people who walk are above their hips."""


class Flip(StrEnum):
    """Whether the turned picture is mirrored: left to right, or upside down."""

    NONE = "none"
    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


Mask = tuple[Polygon, ...]


class View(BaseModel):
    """The view of one camera; `mask` and `zones` refer to the picture after turning and mirroring.

    If `zones` are given, those of the server are ignored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    rotate: Annotated[Rotate, BeforeValidator(str)] = Rotate.NOT
    flip: Flip = Flip.NONE
    mask: Mask = ()
    zones: tuple[Zone, ...] = ()

    @validator_of_model(mode="after")
    def _is_possible(self) -> "View":
        if (self.mask or self.zones) and self.rotate is Rotate.AUTO:
            raise ValueError(
                "a mask and zones need to know how the picture is turned: expected no auto"
            )
        hidden = paint(np.zeros((GRID, GRID, 3), dtype=np.uint8), self.mask, (1, 1, 1))
        if hidden.mean() > 1.0 - LEAST_SEEN:
            raise ValueError("expected a mask that leaves something of the picture")
        return self


def parse_mask(value: object) -> object:
    """The polygons of MASK, a JSON list; raises ValueError."""
    if not isinstance(value, str):
        return value
    try:
        return View.model_validate({"mask": json.loads(value)}).mask
    except (ValueError, TypeError) as error:
        raise ValueError(_own_message(error) or EXPECTED_MASK) from None


def parse_options(value: object) -> object:
    """The views of CAMERA_OPTIONS by their cameras' names, a JSON object; raises ValueError."""
    if not isinstance(value, str):
        return value
    try:
        entries = json.loads(value, object_pairs_hook=_without_repeats)
        return {name: View.model_validate(options) for name, options in entries.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(_own_message(error) or EXPECTED_OPTIONS) from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name that comes twice")
    return dict(pairs)


def _own_message(error: Exception) -> str | None:
    """The message of a rule of ours about a value of the right form."""
    if not isinstance(error, ValidationError):
        return None
    first = error.errors()[0]
    is_ours = first["type"] == "value_error"
    return first["msg"].removeprefix("Value error, ") if is_ours else None


def paint(image: Image, mask: Mask, colour: tuple[int, int, int] = MASK_GREY) -> Image:
    """Paint the mask's polygons over `image`, in place."""
    height, width = image.shape[:2]
    hidden = Pillow.new("1", (width, height))
    for polygon in mask:
        ImageDraw.Draw(hidden).polygon([(x * width, y * height) for x, y in polygon], fill=1)
    # Whole pixels are written ten times as fast as their bytes.
    image.view("V3")[np.asarray(hidden)] = np.array(colour, dtype=np.uint8).view("V3")
    return image


QUARTERS = {Rotate.QUARTER: 1, Rotate.HALF: 2, Rotate.THREE_QUARTERS: 3}


def turned(image: Image, quarters: int, flip: Flip) -> Image:
    """A copy of the picture, turned clockwise by so many quarters and then mirrored."""
    # Whole pixels are moved twice as fast as their bytes.
    pixels = np.rot90(image.view("V3")[..., 0], -quarters)
    if flip is not Flip.NONE:
        pixels = np.flip(pixels, axis=1 if flip is Flip.HORIZONTAL else 0)
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 3)


class CameraView:
    """Turns, mirrors and masks the pictures of one camera; only for the main loop.

    It follows the poses found in them, which show how the camera hangs.
    """

    def __init__(self, view: View | None = None) -> None:
        """Without a `view` pictures stay as they are."""
        view = view or View()
        self.orientation = Orientation()
        self._view = view
        self._quarters = QUARTERS.get(view.rotate, 0)

    def shown(self, frame: Frame) -> Frame:
        """The picture, turned, mirrored and masked; `frame` itself if there is nothing to do."""
        image = frame.image
        if self._quarters or self._view.flip is not Flip.NONE:
            image = turned(image, self._quarters, self._view.flip)
        if self._view.mask:
            image = paint(image.copy() if image is frame.image else image, self._view.mask)
        return frame if image is frame.image else Frame(frame.index, frame.time, image)

    def note(self, poses: Poses) -> None:
        """Take the poses in the last picture."""
        self.orientation.note(poses)
        quarters = self.orientation.quarters_wrong
        if self._view.rotate is Rotate.AUTO and quarters:
            self._quarters = (self._quarters + self._sense * quarters) % 4
            degrees = 90 * self._quarters
            logger.info("people walk upside down: the picture is now turned by %d degrees", degrees)
            self.orientation = Orientation()

    @property
    def _sense(self) -> int:
        """If a picture is mirrored after it was turned, it has to be turned the other way."""
        return 1 if self._view.flip is Flip.NONE else -1
