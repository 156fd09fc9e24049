"""A client that has said who it is: its pictures, a lane for each model."""

from backend.access.keys import Caller
from backend.errors import InvalidInput
from backend.live.newest_picture import Lane, Picture, Predict, Tell
from backend.live.protocol import ImageData
from backend.vision.requests import from_base64

MAX_MODELS = 8


class Client:
    """Event loop only."""

    def __init__(self, caller: Caller, predict: Predict, tell: Tell) -> None:
        self.caller = caller
        self._predict, self._tell = predict, tell
        self._lanes: dict[str, Lane] = {}

    def submit(self, data: ImageData) -> bool:
        """Have a picture answered; True if an older one gives way to it. Raises ApiError."""
        picture = Picture(data.request_id, _bytes_of(data))
        return self._lane(data.model_name).offer(picture)

    def close(self) -> None:
        """Nobody waits for an answer any more."""
        for lane in self._lanes.values():
            lane.close()

    def _lane(self, model_name: str) -> Lane:
        if model_name not in self._lanes:
            # Names of models that there are none of are not kept.
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.is_of_use}
            if len(self._lanes) >= MAX_MODELS:
                raise InvalidInput(f"expected at most {MAX_MODELS} models a connection")
            self._lanes[model_name] = Lane(model_name, self._predict, self._tell)
        return self._lanes[model_name]


def _bytes_of(data: ImageData) -> bytes:
    image = data.image or data.image_base64
    if image is None or (data.image and data.image_base64):
        raise InvalidInput("expected either `image` or `image_base64`")
    if isinstance(image, bytes):
        return image
    return from_base64("image" if data.image else "image_base64", image)
