"""When a picture confirms a fall, and when it questions one."""

import pytest

from contract.events import PictureVerdict
from modeling.perception.images.posture import POSTURE
from modeling.perception.images.verdict import ENOUGH, verdict_of


@pytest.mark.parametrize(
    ("posture", "confidence", "verdict"),
    [
        ("lying", 0.3, PictureVerdict.CONFIRMED),
        ("lying", 1.0, PictureVerdict.CONFIRMED),
        ("upright", ENOUGH, PictureVerdict.QUESTIONED),
        ("upright", ENOUGH - 0.01, PictureVerdict.UNSURE),
        ("nobody", ENOUGH, PictureVerdict.QUESTIONED),
        ("nobody", ENOUGH - 0.01, PictureVerdict.UNSURE),
        ("transition", 1.0, PictureVerdict.UNSURE),
        ("a label of a later version", 1.0, PictureVerdict.UNSURE),
    ],
)
def test_lying_confirms_and_only_a_sure_picture_questions(
    posture: str, confidence: float, verdict: PictureVerdict
) -> None:
    assert verdict_of(posture, confidence) is verdict


def test_every_posture_of_the_model_leads_to_a_verdict() -> None:
    assert {verdict_of(posture, 1.0) for posture in POSTURE.labels} == {
        PictureVerdict.CONFIRMED,
        PictureVerdict.QUESTIONED,
        PictureVerdict.UNSURE,
    }
