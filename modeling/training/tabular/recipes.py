"""What can be learnt from a table: by which columns, and what its answers are called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from contract.tabular import ECLO, FALL_RISK, OWN_TABLE
from modeling.tabular.checkpoint import Band, Words
from modeling.training.tabular.accidents import generate_accidents
from modeling.training.tabular.lives import UNITS, simulate_lives
from modeling.training.tabular.settings import (
    MONTH,
    WEEK,
    EcloSettings,
    FallRiskSettings,
    TabularSettings,
)
from modeling.training.tabular.table import Table
from modeling.training.tabular.weeks import weeks_of

Bands = Callable[[NDArray[np.float64]], Sequence[Band]]
"""What answers are called, given the targets that are learnt from."""


@dataclass(frozen=True)
class TabularRecipe:
    """`prepare` makes rows of the table that is given, `generate` makes one of a seed.

    `about` says what is told, `weak_at` what it is not good at. What is learnt from a generated
    table says `refusal` to families, where there is one.
    """

    name: str
    settings: type[TabularSettings]
    bands: Bands
    about: str
    weak_at: str
    detail: Words
    generated_detail: Words
    prepare: Callable[[Table], Table] = lambda table: table
    generate: Callable[[int], Table] | None = None
    unit: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    refusal: Words | None = None


def eclo_bands(_targets: NDArray[np.float64]) -> Sequence[Band]:
    """By what one person's injuries weigh."""
    return _bands(
        (4.0, "가벼운 편: 경상 한 명 남짓", "Rather slight: little more than one minor injury"),
        (5.0, "보통: 중상 한 명보다 가벼움", "Usual: less than one serious injury"),
        (10.0, "무거움: 중상 한 명 이상", "Grave: a serious injury or more"),
        (None, "매우 무거움: 사망 한 명 이상", "Very grave: a death or more"),
    )


def fall_risk_bands(_targets: NDArray[np.float64]) -> Sequence[Band]:
    """By the chance of a week."""
    return _bands(
        (0.01, "낮음: 백 주에 한 번보다 드묾", "Low: rarer than once in 100 weeks"),
        (0.03, "보통", "Usual"),
        (0.06, "높음: 다가오는 주를 살펴 주세요", "Raised: look after the coming week"),
        (None, "매우 높음: 전문가와 상의해 주세요", "High: ask a professional"),
    )


def thirds(targets: NDArray[np.float64]) -> Sequence[Band]:
    """By the thirds of what is learnt from; of yes and no by their share."""
    low, high = np.unique(np.quantile(targets, (1 / 3, 2 / 3)))[[0, -1]]
    if low == high or set(np.unique(targets)) == {0.0, 1.0}:
        low, high = targets.mean() * 0.75, targets.mean() * 1.25
        low, high = min(low, high), max(low, high)
    return _bands(
        (float(low), "낮은 편", "Rather low"),
        (float(high), "보통", "Usual"),
        (None, "높은 편", "Rather high"),
    )


def _bands(*said: tuple[float | None, str, str]) -> Sequence[Band]:
    return [Band(below=below, words=Words(ko=ko, en=en)) for below, ko, en in said]


RECIPES: Mapping[str, TabularRecipe] = {
    recipe.name: recipe
    for recipe in (
        TabularRecipe(
            name=ECLO,
            settings=EcloSettings,
            bands=eclo_bands,
            about=(
                "Tells how grave a traffic accident is, as its equivalent casualty loss: 10 for "
                "each death, 5 for each serious, 3 for each minor and 1 for each reported injury."
            ),
            weak_at=(
                "- Telling one accident's loss: most of it is chance, as `explained` says.\n"
                "- Why accidents happen: it only sees such that have happened."
            ),
            detail=Words(
                ko="ECLO(사망×10+중상×5+경상×3+부상신고×1)를 사고 기록으로 배운 값입니다.",
                en="ECLO (death×10, serious×5, minor×3, reported×1), learnt from records.",
            ),
            generated_detail=Words(
                ko="실제 사고가 아니라 만들어 낸 사고로 배웠습니다. "
                "ECLO는 사망×10+중상×5+경상×3+부상신고×1입니다.",
                en="Learnt from generated accidents, none of which has happened. "
                "ECLO is death×10 + serious×5 + minor×3 + reported×1.",
            ),
            generate=generate_accidents,
            unit="ECLO",
            units={"speed_limit": "km/h", "hour": "h"},
        ),
        TabularRecipe(
            name=FALL_RISK,
            settings=FallRiskSettings,
            bands=fall_risk_bands,
            about=(
                "Tells how probable a fall within the next week is, by the means of the last week "
                "and of the last four weeks of days as the cameras saw them."
            ),
            weak_at=(
                "- What no camera sees: medicines, eyesight, shoes, what lies on the floor.\n"
                "- The first four weeks of a household, and days on which nobody was seen."
            ),
            detail=Words(
                ko="최근 1주와 4주의 생활 기록으로 다음 한 주를 어림한 값입니다.",
                en="Of the days of the last week and of the last four weeks.",
            ),
            generated_detail=Words(
                ko="모의 가구의 생활로 배운 값이라 실제 사람에게는 뜻이 없습니다.",
                en="Learnt from simulated households: it means nothing for a real person.",
            ),
            prepare=weeks_of,
            generate=simulate_lives,
            units={f"{name}_{d}d": unit for name, unit in UNITS.items() for d in (WEEK, MONTH)},
            refusal=Words(
                ko="이 모델은 모의 가구의 생활로만 배워서 가족에게 위험도를 보이지 않습니다. "
                "여러 사람의 실제 하루 기록(person_days)과 낙상이 담긴 표로 학습해 주세요.",
                en="This model has only learnt from simulated households, so it shows no risk to a "
                "family. Train fall_risk on real days (person_days) of several people, with falls.",
            ),
        ),
        TabularRecipe(
            name=OWN_TABLE,
            settings=TabularSettings,
            bands=thirds,
            about="Tells a column of a household's own table by its other columns.",
            weak_at=(
                "- Rows unlike those of the table: the warnings of an answer say which cells are.\n"
                "- Causes: a reason says what the answer leans on, not what changes the world."
            ),
            detail=Words(ko="우리 집 표로 배운 값입니다.", en="Learnt from a table of one's own."),
            generated_detail=Words(ko="만들어 낸 표로 배웠습니다.", en="Learnt from made rows."),
        ),
    )
}
