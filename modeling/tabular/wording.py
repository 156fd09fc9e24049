"""What a model says of an answer in words: what it stands on, and what was odd about the row."""

from collections.abc import Mapping

from contract.language import Language
from contract.tabular import TabularValue
from modeling.tabular.checkpoint import TabularSchema
from modeling.tabular.encoding import SHOWN, Odd, Oddity

WARNINGS: Mapping[Language, Mapping[Oddity, str]] = {
    "ko": {
        Oddity.MISSING: "{name}: 값이 없어 빈칸으로 두고 답합니다",
        Oddity.UNKNOWN: "{name}: 학습할 때 없던 값({value})이라 빈칸으로 두고 답합니다",
        Oddity.BEYOND: "{name}: 학습한 범위({low}~{high})를 벗어난 값({value})입니다",
    },
    "en": {
        Oddity.MISSING: "{name} is missing, and the answer does without it",
        Oddity.UNKNOWN: "{name}: the training had no {value}, so it counts as missing",
        Oddity.BEYOND: "{name}: {value} is beyond what was learnt from ({low} to {high})",
    },
}
SPREAD: Mapping[Language, str] = {
    "ko": "이런 경우의 {coverage:.0%}에서 {low:.3g}~{high:.3g}{unit} 사이입니다.",
    "en": "In {coverage:.0%} of such rows it lies between {low:.3g} and {high:.3g}{unit}.",
}
CHANCE: Mapping[Language, str] = {
    "ko": "이런 경우 1,000건 가운데 약 {of_thousand:.0f}건이 그렇습니다.",
    "en": "Of 1,000 such rows it is so in about {of_thousand:.0f}.",
}


def warning_of(odd: Odd, language: Language) -> str:
    """A sentence on an odd cell."""
    feature = odd.feature
    return WARNINGS[language][odd.oddity].format(
        name=feature.name,
        value=_shown(odd.value),
        low=_shown(feature.low),
        high=_shown(feature.high),
    )


def detail_of(
    schema: TabularSchema, value: float, ends: tuple[float, float] | None, language: Language
) -> str:
    """What an answer stands on, and how far it may be from the truth."""
    learnt = schema.detail.of(language)
    if ends is None or schema.intervals is None:
        return f"{learnt} {CHANCE[language].format(of_thousand=value * 1000)}"
    spread = SPREAD[language].format(
        coverage=schema.intervals.coverage,
        low=ends[0],
        high=ends[1],
        unit=f" {schema.unit}" if schema.unit else "",
    )
    return f"{learnt} {spread}"


def _shown(value: TabularValue) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)[:SHOWN]
