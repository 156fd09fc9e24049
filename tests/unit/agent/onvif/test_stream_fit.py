"""Which stream of a camera is offered."""

import pytest

from agent.onvif.stream_fit import best_first, fit
from contract.found_cameras import Fit, FoundStream


def stream(
    token: str, width: int = 640, height: int = 480, fps: float | None = 15, codec: str = "H264"
) -> FoundStream:
    return FoundStream(
        token=token, name=token, codec=codec, width=width, height=height, fps=fps,
        fit=fit(codec, width, height, fps),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("codec", "width", "height", "fps", "expected"),
    [
        ("H264", 640, 480, 10.0, Fit.GOOD),
        ("H264", 640, 360, 25.0, Fit.GOOD),
        ("H264", 480, 640, None, Fit.GOOD),
        ("H264", 1280, 720, 30.0, Fit.GOOD),
        ("H264", 1280, 721, 30.0, Fit.LARGE),
        ("H265", 640, 480, 15.0, Fit.OTHER_CODEC),
        ("JPEG", 1920, 1080, 15.0, Fit.OTHER_CODEC),
        ("H264", 640, 480, 9.0, Fit.SLOW),
        ("H264", 352, 288, 25.0, Fit.SMALL),
        (None, 640, 480, 15.0, Fit.UNKNOWN),
        ("H264", None, 480, 15.0, Fit.UNKNOWN),
    ],
)
def test_fit(
    codec: str | None, width: int | None, height: int | None, fps: float | None, expected: Fit
) -> None:
    assert fit(codec, width, height, fps) is expected


def test_good_streams_come_first_and_the_smallest_of_them() -> None:
    streams = [
        stream("main", 2560, 1440, 20, "H265"), stream("hd", 1280, 720), stream("sub"),
        stream("tiny", 320, 240), stream("slow", fps=5), stream("fast", fps=25),
    ]  # fmt: skip
    ordered = [each.token for each in best_first(streams)]
    assert ordered == ["fast", "sub", "hd", "main", "slow", "tiny"]


def test_of_small_streams_the_largest_is_first() -> None:
    ordered = best_first([stream("qvga", 320, 240), stream("cif", 352, 288)])
    assert [each.token for each in ordered] == ["cif", "qvga"]
