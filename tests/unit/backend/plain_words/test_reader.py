from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backend.plain_words.proposal import Reading
from backend.plain_words.rules.reader import read
from contract.chat import Intent, TrainingSetup
from testkit.training_forms import KNOWN, SUNDAY

Say = Callable[..., Reading]
LAST_MONTH = {"since": "2026-10-01", "until": "2026-10-31"}
DETECTOR = TrainingSetup(recipe="fall-lstm", settings={"epochs": 10})


def heard(reading: Reading) -> dict[str, Any]:
    """What was read, with the settings by name, and the names of the questions that it leaves."""
    found = reading.proposal.model_dump(exclude_defaults=True, exclude={"intent", "settings"})
    settings = {setting.name: setting.value for setting in reading.proposal.settings}
    asks = [remark.name for remark in reading.remarks if remark.asks]
    return found | ({"settings": settings} if settings else {}) | ({"asks": asks} if asks else {})


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "train it with the falls of the last month, but longer",
            {"recipe": "fall-lstm", "labels": ("fall",), "settings": {"epochs": 10}} | LAST_MONTH,
        ),
        (
            "지난달 낙상으로 학습해 줘. 더 오래!",
            {"recipe": "fall-lstm", "labels": ("fall",), "settings": {"epochs": 10}} | LAST_MONTH,
        ),
        (
            "거실 기록으로 낙상 감지기를 학습시켜줘. 에폭 20, 학습률 0.001",
            {
                "recipe": "fall-lstm",
                "datasets": ("거실 기록",),
                "settings": {"epochs": 20, "learning_rate": 0.001},
            },
        ),
        ("train pictures with “Doors”", {"recipe": "pictures", "datasets": ("Doors",)}),
        ("HALL CLIPS and 거실 기록", {"datasets": ("Hall clips", "거실 기록")}),
        ("kitchen 카메라만", {"cameras": ("kitchen",)}),
        ("batch size 64 and 20 epochs", {"settings": {"batch_size": 64, "epochs": 20}}),
        ("20 에폭, 배치 크기는 64로", {"settings": {"batch_size": 64, "epochs": 20}}),
        ("learning rate to 0.4%", {"settings": {"learning_rate": 0.004}}),
        ("epochs: 20; epochs = 20", {"settings": {"epochs": 20}}),
        ("on the gpu, from scratch", {"queue": "gpu", "base": "none"}),
        ("지금 모델에서 이어서", {"base": "production"}),
        ("김영희 님", {"people": ("김영희",)}),
    ],
)
def test_what_is_said_is_read(said: Say, message: str, expected: dict[str, Any]) -> None:
    assert heard(said(message)) == expected


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("epochs 20 epochs 30", ["contradiction"]),
        ("20 or 30 epochs", ["stray_number", "not_understood"]),
        ("epochs", ["no_number"]),
        ("에폭 20만", ["contradiction"]),
        ("last month, since 2026-11-03", ["several_periods"]),
        ("2026-02-30부터", ["no_such_day"]),
        ("fall detector or pictures", ["contradiction", "not_understood"]),
        ('train "Cellar clips"', ["unknown_name"]),
        ("train the fall detecter", ["did_you_mean"]),
        ("without the kitchen", ["negated"]),
        ("부엌은 빼고 학습해줘", ["negated"]),
        ("longer", ["recipe_first"]),
        ("낙상 더 길게 더 짧게", ["contradiction"]),
        ("낙상 더 오래 에폭 3", ["contradiction"]),
    ],
)
def test_what_could_be_meant_in_several_ways_is_asked(
    said: Say, message: str, asks: list[str]
) -> None:
    assert heard(said(message)).get("asks") == asks


def test_longer_and_shorter_go_from_the_set_up_so_far_within_the_range(said: Say) -> None:
    assert heard(said("but longer", DETECTOR)) == {"settings": {"epochs": 20}}
    assert heard(said("double the epochs", DETECTOR)) == {"settings": {"epochs": 20}}
    assert heard(said("더 짧게", DETECTOR)) == {"settings": {"epochs": 5}}
    nearly = DETECTOR.model_copy(update={"settings": {"epochs": 30}})
    assert heard(said("longer", nearly)) == {"settings": {"epochs": 40}}
    most = DETECTOR.model_copy(update={"settings": {"epochs": 40}})
    assert heard(said("longer", most)) == {"asks": ["at_limit"]}


def test_misspelt_word_is_asked_with_the_right_one(said: Say) -> None:
    (remark,) = said("train the fall detector with Hal clips").remarks[:1]
    assert (remark.name, remark.values) == (
        "did_you_mean", {"word": "hal", "phrase": "hall clips"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("message", "setup", "intent"),
    [
        ("train the fall detector", TrainingSetup(), Intent.TRAIN),
        ("20 epochs", DETECTOR, Intent.CHANGE),
        ("which recipes are there?", TrainingSetup(), Intent.ASK),
        ("어떤 데이터가 있어요?", TrainingSetup(), Intent.ASK),
        ("can you train the fall detector?", TrainingSetup(), Intent.TRAIN),
        ("good evening", TrainingSetup(), Intent.UNKNOWN),
    ],
)
def test_intent(said: Say, message: str, setup: TrainingSetup, intent: Intent) -> None:
    assert said(message, setup).proposal.intent is intent


def test_name_of_two_things_is_what_the_word_beside_it_says() -> None:
    both = replace(KNOWN, cameras=frozenset({"Doors"}))
    assert heard(read("data set Doors", TrainingSetup(), both, SUNDAY)) == {"datasets": ("Doors",)}
    assert heard(read("Doors camera", TrainingSetup(), both, SUNDAY)) == {"cameras": ("Doors",)}
    assert heard(read("Doors", TrainingSetup(), both, SUNDAY)) == {"asks": ["ambiguous_name"]}


def test_name_within_a_word_is_none(said: Say) -> None:
    assert "cameras" not in heard(said("kitchenette"))
    assert heard(said("거실 기록으로")) == {"datasets": ("거실 기록",)}
