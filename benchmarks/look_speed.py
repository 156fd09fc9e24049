"""What a table of colours costs a picture: `uv run python -m benchmarks.look_speed`.

FFmpeg's lut3d (trilinear, one thread, in this process through PyAV) and other ways do the same to
the same picture, by turns. Errors are against exact interpolation, in levels. The picture is a
frame of URFD, enlarged.
"""

import tempfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from statistics import median
from time import process_time
from typing import Annotated, TypeAlias

import av
import av.filter
import numpy as np
import onnxruntime as ort
import typer
from onnx import TensorProto, helper
from PIL.Image import Resampling, fromarray

from benchmarks.look_methods import frame_at
from modeling.perception.frames.image import Image
from modeling.perception.looks.cube import cube_text
from modeling.perception.looks.dark_table import DarkTable
from modeling.perception.looks.lut import Lut, grid_colours

CLIP = Path("../shared/data/urfd/videos/fall-01-cam0.mp4")
SIZES = {(640, 480): 21, (4000, 3000): 3}
"""Widths and heights of pictures, and how many turns."""
PEER = "FFmpeg lut3d"
RGB = av.VideoFormat("rgb24")
LARGE = 10_000_000  # levels, for which ONNX Runtime takes seconds

Way: TypeAlias = Callable[[Image], Image]


def main(
    clip: Annotated[Path, typer.Option(help="A video, of which the first frame is taken.")] = CLIP,
    points: Annotated[int, typer.Option(help="Of the table, along each axis.")] = 33,
) -> None:
    """Print a table for each size of a picture."""
    lut, frame = warmed(points), frame_at(clip, 0)
    started = process_time()
    lut.apply(frame)
    typer.echo(f"making the table of every colour, once: {since(started):.0f} ms of CPU")
    started = process_time()
    DarkTable(lut)
    typer.echo(f"making that for the dark: {since(started):.0f} ms of CPU")
    for size, turns in SIZES.items():
        picture = np.asarray(fromarray(frame).resize(size, Resampling.BICUBIC))
        with tempfile.TemporaryDirectory() as folder:
            report(picture, ways(lut, picture, Path(folder) / "look.cube"), lut, turns)


def report(picture: Image, by_name: Mapping[str, Way], lut: Lut, turns: int) -> None:
    """Print how long each way takes, beside FFmpeg, and how far it is from exact."""
    times: dict[str, list[float]] = {name: [] for name in by_name}
    for _ in range(turns):
        for name, way in by_name.items():
            started = process_time()
            way(picture)
            times[name].append(since(started))
    height, width = picture.shape[:2]
    typer.echo(
        f"\n{width}x{height}, {turns} turns: median ms of CPU (range), against FFmpeg, error"
    )
    rows = picture[: max(1, 300_000 // width)]
    exact = np.clip(lut.at(rows.astype(np.float32) / np.float32(255)), 0, 1) * 255
    for name, taken in times.items():
        error = np.abs(by_name[name](picture)[: len(rows)] - exact).max()
        ratio = median(times[PEER]) / median(taken)
        spread = f"{median(taken):8.2f} ({min(taken):.2f} to {max(taken):.2f})"
        typer.echo(f"  {name:22} {spread:32} {ratio:6.2f} x   {error:.2f}")


def ways(lut: Lut, picture: Image, cube: Path) -> dict[str, Way]:
    """The ways that are compared, ready for pictures of this size."""
    cube.write_text(cube_text(lut, "warm"), encoding="utf-8")
    found = {
        "apply": lut.apply,
        "DarkTable": DarkTable(lut).apply,
        "apply_once (Pillow)": lut.apply_once,
        PEER: through_ffmpeg(cube, picture),
    }
    return found if picture.size > LARGE else {**found, "ONNX Runtime": through_onnx(lut)}


def through_ffmpeg(cube: Path, picture: Image) -> Way:
    """FFmpeg's filter; copying in and out is part of it, as it is of the others."""
    graph, (height, width) = av.filter.Graph(), picture.shape[:2]
    graph.threads = 1
    graph.link_nodes(
        graph.add_buffer(width=width, height=height, format=RGB, time_base=Fraction(1, 25)),
        graph.add("lut3d", f"file={cube}:interp=trilinear"),
        graph.add("buffersink"),
    ).configure()

    def way(picture: Image) -> Image:
        graph.push(av.VideoFrame.from_ndarray(picture, format="rgb24"))
        changed = graph.pull()
        assert isinstance(changed, av.VideoFrame)  # noqa: S101 (there is no sound)
        return np.asarray(changed.to_ndarray(format="rgb24"), dtype=np.uint8)

    return way


def through_onnx(lut: Lut) -> Way:
    """A graph of one GridSample over the table, which ONNX Runtime has for volumes."""
    shapes: dict[str, list[str | int | None]] = {
        "table": [1, 3, *[lut.size] * 3],
        "places": [1, 1, "h", "w", 3],
    }
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()]
    out = helper.make_tensor_value_info("changed", TensorProto.FLOAT, [1, 3, 1, "h", "w"])
    node = helper.make_node(
        "GridSample", list(shapes), ["changed"], mode="linear", align_corners=1,
        padding_mode="border",
    )  # fmt: skip
    graph = helper.make_graph([node], "lut", values, [out])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options)
    table = np.ascontiguousarray(lut.table.transpose(3, 0, 1, 2)[None])

    def way(picture: Image) -> Image:
        places = picture[None, None].astype(np.float32) * np.float32(2 / 255) - 1
        changed = session.run(None, {"table": table, "places": places})[0][0, :, 0]
        levels: Image = np.rint(np.clip(changed, 0, 1) * 255).astype(np.uint8)
        return levels.transpose(1, 2, 0)

    return way


def warmed(points: int) -> Lut:
    """A table that bends and mixes the channels."""
    red, green, blue = np.moveaxis(grid_colours(points), -1, 0)
    colours = np.stack([0.1 + 0.9 * red**0.7, green * (0.6 + 0.4 * red), blue**1.6], axis=-1)
    return Lut(colours.reshape(points, points, points, 3))


def since(started: float) -> float:
    """In milliseconds of CPU: other processes on the machine do not count."""
    return 1000 * (process_time() - started)


if __name__ == "__main__":
    typer.run(main)
