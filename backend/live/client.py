"""A client that has said who it is: its images, one stream for each model."""

from backend.access.keys import Caller
from backend.errors import InvalidInput
from backend.live.image_stream import Emit, ImageRequest, ImageStream, Predict
from backend.live.protocol import ImageData
from backend.vision.decode import from_base64

MAX_MODELS = 8


class Client:
    """Event loop only."""

    def __init__(self, caller: Caller, predict: Predict, emit: Emit) -> None:
        self.caller = caller
        self._predict, self._emit = predict, emit
        self._streams: dict[str, ImageStream] = {}

    def submit(self, data: ImageData) -> bool:
        """Have an image answered; True if it replaces one that waited. Raises ApiError."""
        request = ImageRequest(data.request_id, _bytes_of(data))
        return self._stream(data.model_name).submit(request)

    def close(self) -> None:
        """Nobody waits for an answer any more."""
        for stream in self._streams.values():
            stream.close()

    def _stream(self, model_name: str) -> ImageStream:
        if model_name not in self._streams:
            # The names of models that do not exist are not kept.
            self._streams = {name: it for name, it in self._streams.items() if it.is_of_use}
            if len(self._streams) >= MAX_MODELS:
                raise InvalidInput(f"expected at most {MAX_MODELS} models a connection")
            self._streams[model_name] = ImageStream(model_name, self._predict, self._emit)
        return self._streams[model_name]


def _bytes_of(data: ImageData) -> bytes:
    image = data.image or data.image_base64
    if image is None or (data.image and data.image_base64):
        raise InvalidInput("expected either `image` or `image_base64`")
    if isinstance(image, bytes):
        return image
    return from_base64("image" if data.image else "image_base64", image)
