"""What all tables share; each feature has its own beside the code that asks them."""

from dataclasses import fields
from types import NoneType
from typing import Any, get_args, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Float, MetaData, Text
from sqlalchemy.types import TypeEngine

metadata = MetaData()
"""The record, and the people."""
factory_metadata = MetaData()
"""Jobs, and what they are about."""

_TYPES: dict[type, type[TypeEngine[Any]]] = {
    str: Text,
    float: Float,
    int: BigInteger,
    bool: Boolean,
}


def columns_of(model: type, unique: str) -> list[Column[Any]]:
    """A column for each field of the dataclass `model`; one that may be None may be NULL.

    `unique` is the field that names a row.
    """
    hints = get_type_hints(model)
    return [_column(it.name, hints[it.name], is_unique=it.name == unique) for it in fields(model)]


def _column(name: str, hint: Any, *, is_unique: bool) -> Column[Any]:
    kinds = get_args(hint) or (hint,)
    (kind,) = (kind for kind in kinds if kind is not NoneType)
    return Column(name, _TYPES[kind], unique=is_unique, nullable=NoneType in kinds)
