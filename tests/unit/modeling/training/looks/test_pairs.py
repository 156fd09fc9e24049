import numpy as np
import pytest
from PIL import Image

from modeling.training.looks.pairs import (
    LookError,
    Pair,
    joined,
    night_pairs,
    read_pairs,
    read_picture,
    split,
)


def noise(seed, width=12, height=8):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def saved(folder, name, picture):
    folder.mkdir(exist_ok=True)
    Image.fromarray(picture).save(folder / name)
    return folder / name


def test_pictures_of_the_same_name_are_a_pair(tmp_path):
    names = ["a.png", "fall-01#0007.png", "fall-01#0008.png"]
    before = [saved(tmp_path / "before", name, noise(at)) for at, name in enumerate(names)]
    after = [saved(tmp_path / "after", name, noise(at + 9)) for at, name in enumerate(names)]
    pairs = read_pairs(before, after[::-1])
    assert [pair.group for pair in pairs] == ["a", "fall-01", "fall-01"]
    for at, pair in enumerate(pairs):
        np.testing.assert_array_equal(pair.before, noise(at))
        np.testing.assert_array_equal(pair.after, noise(at + 9))


def test_a_large_picture_is_made_smaller(tmp_path):
    path = saved(tmp_path, "large.png", noise(0, 1300, 900))
    assert read_picture(path).shape == (443, 640, 3)


def test_pictures_of_two_sizes_are_refused(tmp_path):
    before = [saved(tmp_path / "before", "a.png", noise(0, 12, 8))]
    after = [saved(tmp_path / "after", "a.png", noise(0, 14, 8))]
    with pytest.raises(LookError, match=r"a\.png has 12x8 and 14x8 before and after, expected one"):
        read_pairs(before, after)


def test_large_pictures_of_two_sizes_are_refused(tmp_path):
    before = [saved(tmp_path / "before", "a.png", noise(0, 1280, 640))]
    after = [saved(tmp_path / "after", "a.png", noise(0, 640, 320))]
    with pytest.raises(LookError, match="1280x640 and 640x320"):
        read_pairs(before, after)


def test_a_black_picture_is_refused(tmp_path):
    path = saved(tmp_path / "before", "a.png", np.full((8, 8, 3), 2, dtype=np.uint8))
    with pytest.raises(LookError, match=r"before/a\.png is black, expected"):
        read_picture(path)


def test_what_is_no_picture_is_refused(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n but not so")
    with pytest.raises(LookError, match=r"a\.png is no picture"):
        read_picture(path)


def test_a_picture_without_its_other_is_refused(tmp_path):
    before = [saved(tmp_path / "before", name, noise(0)) for name in ("a.png", "b.png")]
    after = [saved(tmp_path / "after", "a.png", noise(0))]
    with pytest.raises(LookError, match=r"b\.png is alone"):
        read_pairs(before, after)


@pytest.mark.parametrize("groups", [[], ["a"], ["a", "a", "a"]])
def test_too_little_to_hold_something_out_is_refused(groups):
    pairs = [Pair(group, noise(at), noise(at + 9)) for at, group in enumerate(groups)]
    with pytest.raises(LookError, match="expected at least 2"):
        split(pairs, seed=0)


def test_a_fifth_is_held_out_and_no_clip_is_on_both_sides():
    pairs = [Pair(f"clip-{at // 4}", noise(at), noise(at + 100)) for at in range(40)]
    learnt, held_out = split(pairs, seed=3)
    assert len(held_out) == 8
    assert len(learnt) == 32
    assert not {pair.group for pair in learnt} & {pair.group for pair in held_out}
    assert [pair.group for pair in split(pairs, seed=3)[1]] == [pair.group for pair in held_out]


def test_pairs_that_share_a_picture_stay_together():
    pairs = [
        Pair("a", noise(1), noise(2)),
        Pair("b", noise(3), noise(4)),
        Pair("c", noise(3), noise(1)),
        Pair("d", noise(5), noise(6)),
    ]
    groups = joined(pairs)
    assert groups[0] == groups[1] == groups[2]
    assert groups[3] not in groups[:3]


def test_the_night_is_darker_and_the_same_for_a_seed():
    bright = [(f"{at}", np.full((16, 16, 3), 180, dtype=np.uint8)) for at in range(4)]
    first, again = (night_pairs(bright, seed=7) for _ in range(2))
    for pair, same in zip(first, again, strict=True):
        assert pair.before.mean() < 100
        np.testing.assert_array_equal(pair.before, same.before)
