"""200 generated sentences: what the vocabulary has, put together by chance with a fixed seed."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from backend.plain_words.proposal import Reading
from backend.plain_words.rules.vocabulary import languages
from contract.language import Language

OF_EACH_LANGUAGE = 100
DATASETS = ("거실 기록", "Hall clips", "Doors")
NUMBERS = {"epochs": (3, 20, 40), "batch_size": (64, 1024), "learning_rate": (0.001, 0.01)}
PERIODS: dict[Language, dict[str, tuple[str, str]]] = {
    "en": {
        "of the last month": ("2026-10-01", "2026-10-31"),
        "of last week": ("2026-11-16", "2026-11-22"),
        "of the past 4 weeks": ("2026-11-01", "2026-11-29"),
        "from 2026-09-01 to 2026-09-30": ("2026-09-01", "2026-09-30"),
        "of september": ("2026-09-01", "2026-09-30"),
    },
    "ko": {
        "지난달": ("2026-10-01", "2026-10-31"),
        "지난주": ("2026-11-16", "2026-11-22"),
        "최근 4주": ("2026-11-01", "2026-11-29"),
        "9월 1일부터 9월 30일까지": ("2026-09-01", "2026-09-30"),
        "9월": ("2026-09-01", "2026-09-30"),
    },
}


def sentence(language: Language, rng: random.Random) -> tuple[str, dict[str, Any]]:
    """A sentence, and what is to be read in it."""
    words = languages()[language]
    recipe = rng.choice(["fall-lstm", "pictures", "posture", "camera_health"])
    dataset, name = rng.choice(DATASETS), rng.choice(list(NUMBERS))
    number = rng.choice(NUMBERS[name])
    label = rng.choice(["fall", "lying", "false_alarm"])
    period = rng.choice(list(PERIODS[language]))
    said = {
        "recipe": rng.choice(words.recipes[recipe]),
        "label": rng.choice(words.labels[label]),
        "setting": rng.choice(words.settings[name]),
    }
    text = TEMPLATES[language][rng.randrange(3)].format(
        **said, dataset=dataset, number=number, period=period
    )
    since, until = PERIODS[language][period]
    return text, {
        "recipe": recipe,
        "datasets": (dataset,),
        "labels": (label,),
        "since": since,
        "until": until,
        "settings": ({"name": name, "value": number},),
    }


TEMPLATES: dict[Language, tuple[str, str, str]] = {
    "en": (
        "Please train the {recipe} with the {label} {period} and {dataset}, {setting} {number}.",
        "I would like to train {recipe} on {dataset}: {label} only, {period}; {setting} = {number}",
        "use {number} {setting} and {dataset} for the {recipe}, {label} {period}",
    ),
    "ko": (
        "{period} {label}으로 {recipe}를 학습해 줘. 데이터는 {dataset}, {setting} {number}",
        "{dataset}에서 {period}의 {label}만 써서 {recipe} 훈련해 주세요, {setting}은 {number}로",
        "{recipe}: {dataset}, {label}, {period}, {setting} = {number}, 부탁해",
    ),
}


def generated() -> list[tuple[str, dict[str, Any]]]:
    rng = random.Random(71)  # noqa: S311
    languages: tuple[Language, ...] = ("en", "ko")
    return [sentence(it, rng) for it in languages for _ in range(OF_EACH_LANGUAGE)]


@pytest.mark.parametrize(("text", "expected"), generated())
def test_generated_sentence_is_read_whole(
    said: Callable[..., Reading], text: str, expected: dict[str, Any]
) -> None:
    reading = said(text)
    assert reading.proposal.model_dump(exclude_defaults=True, exclude={"intent"}) == expected
    assert [remark for remark in reading.remarks if remark.asks] == []


def test_there_are_200_of_them_and_most_differ() -> None:
    sentences = [text for text, _ in generated()]
    assert len(sentences) == 2 * OF_EACH_LANGUAGE
    assert len(set(sentences)) > 190
