"""Generated pictures with labels: rooms of noise, some with a door that stands open."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

LABELS = ("문 닫힘", "문 열림")
WIDTH, HEIGHT = 160, 120


def write_pictures(folder: Path, labels: tuple[str, ...] = LABELS, each: int = 6) -> Path:
    """Generated, not filmed: `each` of a label in the folder of its name, none like another."""
    rng = np.random.default_rng(0)
    for number, label in enumerate(labels):
        (folder / label).mkdir(parents=True)
        for picture in range(each):
            room = rng.integers(90, 220, (6, 8, 3), dtype=np.uint8)
            image = np.array(
                Image.fromarray(room).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
            )
            image[10:110, 20 : 20 + 50 * number] = (20, 20, 60)
            Image.fromarray(image).save(folder / label / f"{picture}.jpg", quality=90)
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of them."""
    return write_pictures(tmp_path / "photos")
