"""What of a picture is left where heads are hidden, or skeletons kept."""

import numpy as np
from PIL import Image

from modeling.perception.pictures.heads import heads_of, without_heads
from modeling.perception.pictures.people import Person, sketches_of, views
from modeling.perception.pictures.skeletons import skeletons_only
from modeling.perception.poses.finder import Sighting
from modeling.perception.poses.landmarker import Sketch

NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 256, (240, 320, 3), dtype=np.uint8))


def person(x: float, score: float = 0.8, face: float = 0.9, *, is_sketched: bool = True) -> Person:
    """Somebody who stands at `x`, with the head at 60 and the feet at 220."""
    joints = np.array([
        (0, 60), (-4, 56), (4, 56), (-8, 60), (8, 60), (-20, 90), (20, 90), (-25, 120), (25, 120),
        (-25, 150), (25, 150), (-12, 150), (12, 150), (-12, 185), (12, 185), (-12, 220), (12, 220),
    ], dtype=np.float64)  # fmt: skip
    joints[:, 0] += x
    points = np.zeros((35, 4))
    points[:, :2], points[:, 3] = (x, 60), 1.0
    coco = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
    points[coco, :2] = joints
    scores = np.array([face] * 5 + [0.9] * 12, dtype=np.float32)
    return Person(Sighting(score, joints, scores), Sketch(points, 0.9) if is_sketched else None)


def test_a_head_is_gone_and_the_rest_is_as_it_was() -> None:
    hidden = without_heads(NOISE, heads_of([person(160)]))
    before, after = np.asarray(NOISE, dtype=int), np.asarray(hidden, dtype=int)
    head = after[52:69, 152:169]
    assert head.std() < 25 < before[52:69, 152:169].std()
    assert np.abs(np.diff(head, axis=1)).max() < 25
    changed = np.argwhere((before != after).any(axis=2))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert 35 < top < 52
    assert 69 < bottom < 85
    assert 135 < left < 152
    assert 168 < right < 185


def test_a_head_is_hidden_where_one_network_alone_sees_somebody() -> None:
    by_finder = heads_of([person(160, is_sketched=False)])
    by_landmarker = heads_of([person(160, face=0.01)])
    assert len(by_finder) == len(by_landmarker) == 1
    assert heads_of([person(160, face=0.01, is_sketched=False)]) == []
    assert len(heads_of([person(80), person(240)])) == 4


def test_a_head_at_the_edge_or_outside_of_the_picture_does_no_harm() -> None:
    for x in (-500.0, 0.0, 319.0, 900.0):
        assert without_heads(NOISE, [(x, 0.0, 20.0)]).size == NOISE.size


def test_each_body_is_drawn_once_and_who_is_unsure_not() -> None:
    people = [person(80), person(82), person(240), person(160, score=0.2)]
    people.append(person(20, is_sketched=False))
    assert [float(it.points[0, 0]) for it in sketches_of(people)] == [80, 240]


def test_behind_the_skeletons_nothing_is_left() -> None:
    drawn = skeletons_only(NOISE, [sketch for it in [person(160)] if (sketch := it.sketch)])
    pixels = np.asarray(drawn, dtype=int)
    assert drawn.size == NOISE.size
    assert tuple(pixels[90, 160]) == (255, 255, 255)  # between the shoulders
    background = pixels[:, :120]
    assert np.abs(np.diff(background, axis=1)).max() <= 6
    assert np.abs(np.diff(background, axis=0)).max() <= 6


def test_every_part_of_a_picture_is_looked_at_from_the_middle_of_a_view() -> None:
    image = np.zeros((480, 640, 3), dtype=np.uint8)
    seen = list(views(image))
    assert len(seen) == 3 + 9 + 49
    for x, y in [(0, 0), (639, 479), (320, 240), (160, 120), (401, 77)]:
        close = [it for it in seen if it.width == 160 and it.left <= x <= it.left + it.width
                 and it.top <= y <= it.top + it.height]  # fmt: skip
        assert close
    assert len(list(views(np.zeros((10, 400, 3), dtype=np.uint8)))) == 3
