"""Reads a message by rules. What could be meant in several ways is asked back, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import cast

from backend.plain_words.known import Known
from backend.plain_words.proposal import Base, Proposal, Reading
from backend.plain_words.remarks import Remark, asking, telling
from backend.plain_words.rules.assent import without_no
from backend.plain_words.rules.dates import Period
from backend.plain_words.rules.scanner import Found, Scanned, names_of, plain, scan
from backend.plain_words.rules.settings import settings_in
from backend.plain_words.rules.vocabulary import Part, lexicon
from contract.chat import Intent, TrainingSetup
from contract.versions import DETECTOR

LEARNT_BY = dict.fromkeys(("fall", "lying", "false_alarm"), DETECTOR)
"""The recipe that a label is meant for, where no recipe is said."""
ALIKE = 0.75
"""How much a misspelt word and the right one have in common, of 1."""
SHORTEST_MISSPELT = 3
MAX_SHOWN = 8
"""Words that are shown as not understood."""
NAMED_SO = {Part.DATASET: "dataset", Part.CAMERA: "camera", Part.PERSON: "person"}


@dataclass(frozen=True)
class _Single:
    """What may be said once only, and what is said where it was not."""

    value: str | None
    remarks: tuple[Remark, ...] = ()


def read(message: str, setup: TrainingSetup, known: Known, today: date) -> Reading:
    """What `message` says of the set-up so far."""
    scanned = scan(without_no(plain(message)), known, today)
    if scanned.has(Part.NEGATION):
        return Reading(Proposal(), (asking("negated"),))
    named, ambiguous = _names(scanned)
    recipe = _recipe(scanned, setup)
    queue, base = _one(scanned, Part.QUEUE), _one(scanned, Part.BASE)
    days = _days(scanned)
    settings, unclear = settings_in(
        scanned, known.recipes.get(recipe.value or setup.recipe or ""), setup
    )
    so_far = _so_far(setup, known) if scanned.has(Part.ADDS) else Proposal()
    proposal = Proposal(
        recipe=recipe.value,
        datasets=_added(so_far.datasets, named[Part.DATASET]),
        labels=_added(so_far.labels, scanned.keys(Part.LABEL)),
        cameras=_added(so_far.cameras, named[Part.CAMERA]),
        people=_added(so_far.people, named[Part.PERSON]),
        since=_written(days.since if days else None),
        until=_written(days.until if days else None),
        settings=settings,
        base=cast(Base | None, base.value),
        queue=queue.value,
    )
    remarks = (
        *recipe.remarks, *queue.remarks, *base.remarks, *ambiguous, *_wrong_days(scanned),
        *unclear, *_quoted(scanned), *_unknown(scanned, known),
    )  # fmt: skip
    intent = _intent(scanned, proposal, setup)
    return Reading(proposal.model_copy(update={"intent": intent}), remarks)


def _so_far(setup: TrainingSetup, known: Known) -> Proposal:
    """The names in the set-up, to which others are added."""
    chosen = [it for it in map(known.version, setup.dataset_version_ids) if it]
    return Proposal(
        datasets=tuple(version.name for version in chosen),
        labels=setup.subset.labels or (),
        cameras=setup.subset.camera_ids or (),
        people=setup.subset.people or (),
    )


def _added(so_far: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    return (*so_far, *named) if named else ()


def _intent(scanned: Scanned, proposal: Proposal, setup: TrainingSetup) -> Intent:
    asks = scanned.has(Part.ASKS) and not scanned.has(Part.TRAINS)
    if asks and not proposal.says_something:
        return Intent.ASK
    if proposal.says_something:
        return Intent.TRAIN if setup == TrainingSetup() else Intent.CHANGE
    return Intent.TRAIN if scanned.has(Part.TRAINS) else Intent.UNKNOWN


def _one(scanned: Scanned, part: Part) -> _Single:
    keys = scanned.keys(part)
    if len(keys) > 1:
        return _Single(None, (asking("contradiction", words=", ".join(keys)),))
    return _Single(keys[0] if keys else None)


def _recipe(scanned: Scanned, setup: TrainingSetup) -> _Single:
    said = _one(scanned, Part.RECIPE)
    if said.value or said.remarks or setup.recipe:
        return said
    meant = {LEARNT_BY[label] for label in scanned.keys(Part.LABEL) if label in LEARNT_BY}
    if len(meant) != 1:
        return said
    recipe = meant.pop()
    return _Single(recipe, (telling("implied_recipe", recipe=recipe),))


def _names(scanned: Scanned) -> tuple[dict[Part, tuple[str, ...]], list[Remark]]:
    """The names of each kind; one that two things have is what the word beside it says."""
    named: dict[Part, list[str]] = {part: [] for part in NAMED_SO}
    remarks: list[Remark] = []
    for number, item in enumerate(scanned.found):
        parts = [part for part in NAMED_SO if item.of(part) is not None]
        beside = _beside(scanned.found, number)
        meant = [part for part in parts if len(parts) == 1 or NAMED_SO[part] in beside]
        if len(meant) == 1:
            named[meant[0]].append(str(item.of(meant[0])))
        elif parts:
            remarks.append(asking("ambiguous_name", name=str(item.value)))
    return {part: tuple(dict.fromkeys(names)) for part, names in named.items()}, remarks


def _beside(found: tuple[Found, ...], number: int) -> set[str | None]:
    near = found[max(0, number - 1) : number + 2]
    return {item.of(Part.KIND) for item in near}


def _periods(scanned: Scanned) -> list[Period]:
    """The spans of days that are said, each once."""
    periods = (item.value for item in scanned.found if isinstance(item.value, Period))
    return list({(it.since, it.until): it for it in periods}.values())


def _days(scanned: Scanned) -> Period | None:
    """The days that are said, where they are the only ones."""
    periods = _periods(scanned)
    return periods[0] if len(periods) == 1 else None


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _wrong_days(scanned: Scanned) -> list[Remark]:
    periods = _periods(scanned)
    if any(it.since is None and it.until is None for it in periods):
        return [asking("no_such_day")]
    return [asking("several_periods")] if len(periods) > 1 else []


def _quoted(scanned: Scanned) -> list[Remark]:
    return [asking("unknown_name", name=name) for name in scanned.keys(Part.QUOTED)]


def _unknown(scanned: Scanned, known: Known) -> list[Remark]:
    """The words that are not known, each with the phrase that it may be a misspelling of."""
    if not scanned.unknown:
        return []
    words = {word: phrase for phrase in (*lexicon(), *names_of(known)) for word in phrase.split()}
    return [_misread(word[:40], words) for word in dict.fromkeys(scanned.unknown[:MAX_SHOWN])]


def _misread(word: str, words: Mapping[str, str]) -> Remark:
    alike = get_close_matches(word, words, 1, ALIKE) if len(word) >= SHORTEST_MISSPELT else []
    if alike:
        return asking("did_you_mean", word=word, phrase=words[alike[0]])
    return asking("not_understood", word=word)
