"""What somebody is answered who asks for all that there is, by the names of others."""

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import httpx2 as httpx

from backend.access.rights import SAFE_METHODS, begins_session
from testkit.asked_home import AskedHome
from testkit.route_walk import Filled, Operation, filled, operations

NOBODY = "9999"
"""What nothing is called by."""
LONG = 5
"""A shorter name may stand for something else."""
TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+Z]*|\d{10}\.\d+|\d\d:\d\d(?::\d\d)?")
IDS = re.compile(r"\b[0-9a-f]{12,}\b")
QUESTIONS = {"/erase/count", "/erasures", "/tools/{name}"}
"""What is posted and changes nothing: of erasures only a dry run is an example."""
NAMING = ("Location", "Content-Disposition", "ETag", "Link")
"""Headers that are of one answer alone."""


@dataclass(frozen=True)
class Asked:
    """What somebody asked, and was answered."""

    who: str
    asked: Filled
    answer: httpx.Response

    @property
    def name(self) -> str:
        """Who asked what; people of one role are the same."""
        who = "owner" if self.who in ("sora", "bora") else self.who
        return f"{who}: {self.asked.operation}"

    @property
    def path(self) -> str:
        """That of the operation."""
        return self.asked.operation.path

    @property
    def status(self) -> int:
        """That of the answer."""
        return self.answer.status_code

    @property
    def said(self) -> str:
        """What the answer may say of somebody."""
        named = [self.answer.headers.get(it, "") for it in NAMING]
        return " ".join([*named, self.answer.text])

    def told(self, theirs: Iterable[str]) -> list[str]:
        """What it says of what is theirs, and was not asked for by name."""
        asked = f"{self.asked.path} {self.asked.options}"
        return [mark for mark in theirs if mark in self.said and mark not in asked]


@dataclass(frozen=True)
class Walk:
    """Asks all that begins with this path."""

    home: AskedHome
    begins: str = "/"

    def read(self, names: Mapping[str, str], by: Iterable[str]) -> dict[str, Asked]:
        """Whatever changes nothing."""
        return self._ask(_reads, names, by)

    def change(self, names: Mapping[str, str], by: Iterable[str]) -> dict[str, Asked]:
        """The rest. Nobody logs in or out, which is for strangers."""

        def is_change(it: Operation) -> bool:
            return not _reads(it) and not begins_session(it.path)

        return self._ask(is_change, names, by)

    def _ask(
        self, wanted: Callable[[Operation], bool], names: Mapping[str, str], by: Iterable[str]
    ) -> dict[str, Asked]:
        found = [
            self._one(who, filled(it, names))
            for it in operations(self.home.app)
            if wanted(it) and it.path.startswith(self.begins)
            for who in by
        ]
        return {it.name: it for it in found}

    def _one(self, who: str, asked: Filled) -> Asked:
        method = asked.operation.method
        return Asked(who, asked, self.home.ask(who, method, asked.path, **asked.options))


def _reads(operation: Operation) -> bool:
    return operation.method in SAFE_METHODS or operation.path in QUESTIONS


def statuses(asked: Mapping[str, Asked]) -> dict[str, int]:
    """By who asked what."""
    return {name: it.status for name, it in asked.items()}


def different(
    asked: Mapping[str, Asked], without: Mapping[str, Asked], names: Collection[str]
) -> dict[str, tuple[str, str]]:
    """What is answered otherwise than `without` anything, from where on.

    Whatever was asked for by one of these `names`, and whenever.
    """
    found = {}
    for name, it in asked.items():
        taken = f"{it.asked.path} {it.asked.options}"
        named = [each for each in names if len(each) > LONG or each in taken]
        one, other = _blurred(it.said, named), _blurred(without[name].said, named)
        if one != other:
            found[name] = _from_where_on(one, other)
    return found


def _blurred(said: str, names: Iterable[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NOBODY, said)
    return IDS.sub("<id>", TIMES.sub("<time>", said))


def _from_where_on(one: str, other: str) -> tuple[str, str]:
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    begin = max(0, sum(1 for _ in same) - 60)
    return one[begin : begin + 200], other[begin : begin + 200]
