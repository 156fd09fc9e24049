"""The kinds that there are: a file each in `kinds/`, with its `KIND`."""

from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from operator import or_
from pkgutil import iter_modules
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from backend.contacts import kinds
from backend.contacts.kinds.base import Form, Kind

SEAM = "base"


def _found() -> Iterator[Kind[Any]]:
    for module in iter_modules(kinds.__path__):
        if module.name != SEAM:
            yield import_module(f"{kinds.__name__}.{module.name}").KIND


KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in _found()}
"""By name."""

_forms: Any = reduce(or_, (kind.form for kind in KINDS.values()))
FORM: TypeAdapter[Form] = TypeAdapter(Annotated[_forms, Field(discriminator="kind")])
"""The form of any kind."""
