"""The checkpoints that ship, on pictures that are drawn here."""

import cv2
import numpy as np
import pytest

from modeling.perception.detector.checkpoint import CHECKPOINTS
from modeling.perception.images.model import ImageModel
from modeling.perception.images.registry import TASKS

RNG = np.random.default_rng(0)


@pytest.fixture(params=TASKS)
def model(request):
    return ImageModel.load(TASKS[request.param], CHECKPOINTS / request.param)


@pytest.fixture
def health():
    return ImageModel.load(TASKS["camera_health"], CHECKPOINTS / "camera_health")


def drawn_room():
    """A wall, a floor, a door, a chair and shelves, with sharp edges."""
    room = np.full((240, 320, 3), (205, 195, 180), dtype=np.uint8)
    room[160:] = (110, 90, 70)
    cv2.rectangle(room, (40, 50), (90, 180), (140, 100, 60), -1)
    cv2.rectangle(room, (40, 50), (90, 180), (60, 40, 30), 2)
    for shelf in range(60, 160, 20):
        cv2.rectangle(room, (230, shelf), (300, shelf + 16), (70, 60, 50), 2)
        for book in range(234, 298, 8):
            cv2.rectangle(
                room, (book, shelf + 3), (book + 5, shelf + 15), (book % 200, 80, 120), -1
            )
    cv2.rectangle(room, (140, 140), (185, 200), (40, 40, 90), -1)
    cv2.rectangle(room, (140, 90), (150, 140), (40, 40, 90), -1)
    return room


def noisy(image, sigma=2.5):
    return np.clip(image + RNG.normal(0.0, sigma, image.shape), 0, 255).astype(np.uint8)


def told(model, image, previous=None):
    scores = model.scores(model.task.prepare(image, previous)[None])
    return model.task.labels[int(scores[0].argmax())]


def test_scores_are_probabilities_of_any_number_of_pictures(model):
    for count in (1, 7):
        inputs = RNG.integers(0, 256, (count, *model.task.input_shape), dtype=np.uint8)
        scores = model.scores(inputs)
        assert scores.shape == (count, len(model.task.labels))
        np.testing.assert_allclose(scores.sum(axis=1), 1.0, atol=1e-5)
        assert scores.min() >= 0.0


def test_the_preprocessing_is_the_one_that_it_was_trained_with(model):
    assert model.manifest.preprocessing == model.task.preprocessing
    assert model.manifest.labels == model.task.labels


def test_the_card_names_the_weights_and_the_data(model):
    card = (CHECKPOINTS / model.task.name / "CARD.md").read_text(encoding="utf-8")
    assert model.manifest.version in card
    assert "Kepski" in card
    assert "CC BY-NC-SA 4.0" in card


def test_a_room_without_light_is_dark(health):
    dark = noisy(drawn_room() // 20)
    assert told(health, dark, noisy(drawn_room() // 20)) == "dark"
    assert told(health, dark) == "dark"


def test_a_room_with_nothing_but_noise_is_neither_frozen_nor_covered(health):
    assert told(health, noisy(drawn_room()), noisy(drawn_room())) == "ok"


def test_the_same_picture_again_is_frozen(health):
    picture = noisy(drawn_room())
    assert told(health, picture, picture) == "frozen"


@pytest.mark.parametrize("colour", [(200, 190, 60), (120, 120, 120), (190, 120, 95)])
def test_one_colour_all_over_is_covered(health, colour):
    plain = np.full((240, 320, 3), colour, dtype=np.uint8)
    assert told(health, noisy(plain), noisy(plain)) == "covered"


def test_a_room_out_of_focus_is_blurred(health):
    blurred = cv2.blur(cv2.blur(drawn_room(), (17, 17)), (17, 17))
    assert told(health, noisy(blurred), noisy(blurred)) == "blurred"
