"""Which stream of a camera suits the detector best. Pure."""

from collections.abc import Iterable

from contract.found_cameras import Fit, FoundStream

CODEC = "H264"
"""Each box decodes it, in many by hardware."""
LEAST_FPS = 10.0
"""A window is ten poses a second."""
LEAST_PIXELS = 640 * 360
"""As second streams have them; somebody at the other end of a room is 100 pixels high there."""
MOST_PIXELS = 1280 * 720
"""The networks look at 256 x 256."""
ORDER = list(Fit)


def fit(codec: str | None, width: int | None, height: int | None, fps: float | None) -> Fit:
    """How well such a stream suits; of several things that are wrong, the worst.

    A camera that does not say its rate sends as fast as it can.
    """
    if codec is None or width is None or height is None:
        return Fit.UNKNOWN
    wrong = (
        (width * height < LEAST_PIXELS, Fit.SMALL),
        (fps is not None and fps < LEAST_FPS, Fit.SLOW),
        (codec != CODEC, Fit.OTHER_CODEC),
        (width * height > MOST_PIXELS, Fit.LARGE),
    )
    return next((found for is_wrong, found in wrong if is_wrong), Fit.GOOD)


def best_first(streams: Iterable[FoundStream]) -> tuple[FoundStream, ...]:
    """By how they suit; of two that suit alike the smaller one, which costs less."""
    return tuple(sorted(streams, key=_rank))


def _rank(stream: FoundStream) -> tuple[int, int, float]:
    pixels = (stream.width or 0) * (stream.height or 0)
    if stream.fit is Fit.SMALL:  # there, more is better
        pixels = -pixels
    return ORDER.index(stream.fit), pixels, -(stream.fps or 0.0)
