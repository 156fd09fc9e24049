"""Works on one picture by a process of its own, as a worker starts it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contract.image_jobs import ImageMade, ImageMetadata
from contract.jobs import MESSAGE, Finished, Message, Refused
from contract.media import ImageSpec, ImageType, ImageWork
from modeling.perception.carried.image import NOBODY
from modeling.perception.frames.video import VideoFile

ENOUGH_MB, SCARCE_MB = 1024, 640


def carried(folder: Path, work: ImageWork, memory_mb: int = ENOUGH_MB) -> Message:
    """What the process says last of a work on the picture in `folder`."""
    spec = ImageSpec(image_id="one", work=work).model_dump_json()
    command = [sys.executable, "-m", "modeling.perception.carried.image", str(folder), spec]
    with subprocess.Popen(
        [*command, str(memory_mb)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
        assert process.wait(20) == 0
    return MESSAGE.validate_json(lines[-1])


def made(folder: Path, work: ImageWork, memory_mb: int = ENOUGH_MB) -> ImageMade:
    said = carried(folder, work, memory_mb)
    assert isinstance(said, Finished), said
    return ImageMade.model_validate(said.result)


@pytest.fixture(scope="module")
def walker(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a picture of somebody who walks (UR Fall Detection Dataset)."""
    video = VideoFile(shared_data / "urfd" / "videos" / "adl-01-cam0.mp4")
    frame = next(frame for frame in video.frames() if frame.index == 60)
    video.close()
    folder = tmp_path_factory.mktemp("walker")
    Image.fromarray(frame.image[..., ::-1].copy()).save(folder / "original.png")
    return folder


def test_thumbnail_and_metadata_need_nobody_in_the_picture(tmp_path: Path) -> None:
    Image.new("RGB", (1000, 600), "red").save(tmp_path / "original.jpg", exif=b"")
    found = made(tmp_path, ImageWork.THUMBNAIL)
    assert (found.file, found.content_type, found.remark) == ("made.webp", ImageType.WEBP, None)
    with Image.open(tmp_path / found.file) as small:
        assert small.size == (found.width, found.height) == (400, 240)
    said = carried(tmp_path, ImageWork.METADATA)
    assert isinstance(said, Finished)
    assert ImageMetadata.model_validate(said.result).width == 1000


@pytest.mark.parametrize("work", [ImageWork.BLUR_FACES, ImageWork.KEEP_SKELETON])
def test_picture_of_nobody_is_refused_and_nothing_is_made(tmp_path: Path, work: ImageWork) -> None:
    Image.new("RGB", (200, 12), "grey").save(tmp_path / "original.png")
    said = carried(tmp_path, work)
    assert isinstance(said, Refused)
    assert said.reason == NOBODY
    assert [path.name for path in tmp_path.iterdir()] == ["original.png"]


def test_head_of_a_walker_is_gone_and_the_room_is_there(walker: Path) -> None:
    found = made(walker, ImageWork.BLUR_FACES)
    with Image.open(walker / "original.png") as one, Image.open(walker / found.file) as other:
        before, after = np.asarray(one, dtype=int), np.asarray(other, dtype=int)
    assert after.shape == before.shape
    head = slice(46, 66), slice(190, 208)
    assert after[head].std() < 0.8 * before[head].std()
    assert np.abs(after[:, :100] - before[:, :100]).mean() < 6  # what WebP changes
    assert "a face may be missed" in (found.remark or "")


def test_skeleton_of_a_walker_is_all_that_is_kept(walker: Path) -> None:
    found = made(walker, ImageWork.KEEP_SKELETON)
    with Image.open(walker / found.file) as drawn:
        pixels = np.asarray(drawn, dtype=int)
    white = np.argwhere((pixels > 225).all(axis=2))
    assert len(white) > 100
    assert white[:, 1].min() > 150  # on the walker
    assert np.ptp(white[:, 0]) > 100  # from head to feet
    assert np.abs(np.diff(pixels[:, :100], axis=1)).max() < 20


def test_thumbnail_of_a_large_photograph_needs_no_more_memory_than_a_small_one(
    tmp_path: Path,
) -> None:
    noise(6000, 4000).save(tmp_path / "original.jpg", quality=50)
    found = made(tmp_path, ImageWork.THUMBNAIL, SCARCE_MB)
    assert (found.width, found.remark) == (400, None)


@pytest.mark.slow
def test_without_memory_it_is_made_smaller_and_says_so(walker: Path, tmp_path: Path) -> None:
    with Image.open(walker / "original.png") as image:
        image.resize((6400, 4800)).save(tmp_path / "original.jpg")
    found = made(tmp_path, ImageWork.KEEP_SKELETON, SCARCE_MB)
    assert (found.width, found.height) == (3200, 2400)
    assert found.remark == "made at 1/2 of its sides for want of memory (JOB_MEMORY_MB)"


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width), dtype=np.uint8)
    return Image.fromarray(pixels).convert("RGB")
