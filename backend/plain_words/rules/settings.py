"""The hyperparameters in a message: each number belongs to the setting beside it."""

from collections.abc import Iterable

from backend.plain_words.forms import forms_of
from backend.plain_words.proposal import ProposedSetting
from backend.plain_words.remarks import Remark, asking, telling
from backend.plain_words.rules.numbers import Number
from backend.plain_words.rules.scanner import Found, Scanned
from backend.plain_words.rules.vocabulary import Part
from backend.plain_words.seams import Recipe
from contract.chat import Setting, TrainingSetup

EPOCHS = "epochs"


def settings_in(
    scanned: Scanned, recipe: Recipe | None, setup: TrainingSetup
) -> tuple[tuple[ProposedSetting, ...], list[Remark]]:
    """Each number with the setting beside it. One number that is left over leaves all unset."""
    pairs, lonely = _paired(scanned.found)
    remarks = _unpaired(lonely, scanned)
    values: dict[str, Setting] = {}
    for name, number in pairs:
        if number.value is None or values.get(name, number.value) != number.value:
            remarks.append(_contradiction(name))
        values[name] = number.value
    if scanned.has(Part.LONGER) or scanned.has(Part.SHORTER):
        epochs, told = _relative(scanned, recipe, setup)
        remarks.append(_contradiction(EPOCHS) if EPOCHS in values else told)
        values.setdefault(EPOCHS, epochs)
    if any(remark.asks for remark in remarks):
        return (), remarks
    said = values.items()
    settings = [
        ProposedSetting(name=name, value=value) for name, value in said if value is not None
    ]
    return tuple(settings), remarks


def _paired(found: Iterable[Found]) -> tuple[list[tuple[str, Number]], list[Found]]:
    """Settings with the numbers beside them, in either order, and what of both is alone."""
    pairs: list[tuple[str, Number]] = []
    lonely: list[Found] = []
    waiting: Found | None = None
    for item in found:
        if waiting and (pair := _pair(waiting, item) or _pair(item, waiting)):
            pairs.append(pair)
            waiting = None
            continue
        if waiting:
            lonely.append(waiting)
        is_part = item.of(Part.SETTING) is not None or isinstance(item.value, Number)
        waiting = item if is_part else None
    return pairs, [*lonely, waiting] if waiting else lonely


def _pair(setting: Found, number: Found) -> tuple[str, Number] | None:
    name = setting.of(Part.SETTING)
    return (name, number.value) if name and isinstance(number.value, Number) else None


def _unpaired(lonely: list[Found], scanned: Scanned) -> list[Remark]:
    numbers = [item for item in lonely if isinstance(item.value, Number)]
    settings = [name for item in lonely if (name := item.of(Part.SETTING))]
    is_relative = scanned.has(Part.LONGER) or scanned.has(Part.SHORTER)
    remarks = [asking("stray_number")] if numbers else []
    if scanned.has(Part.ASKS):
        return remarks
    wanting = [name for name in settings if not (is_relative and name == EPOCHS)]
    return [*remarks, *(asking("no_number", setting=name) for name in wanting)]


def _relative(
    scanned: Scanned, recipe: Recipe | None, setup: TrainingSetup
) -> tuple[int | None, Remark]:
    """Twice or half as many epochs as in the set-up so far, as far as the range goes."""
    is_longer = scanned.has(Part.LONGER)
    if is_longer and scanned.has(Part.SHORTER):
        return None, _contradiction(EPOCHS)
    form = forms_of(recipe.settings).get(EPOCHS) if recipe else None
    now = setup.settings.get(EPOCHS, form.default) if form else None
    if form is None or not isinstance(now, int):
        return None, asking("recipe_first", setting=EPOCHS)
    wanted = form.held(now * 2 if is_longer else now // 2)
    if wanted == now:
        return None, asking("at_limit", setting=EPOCHS, range=form.range)
    told = "longer" if is_longer else "shorter"
    return wanted, telling(told, epochs=str(wanted), before=str(now))


def _contradiction(words: str) -> Remark:
    return asking("contradiction", words=words)
