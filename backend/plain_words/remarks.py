"""What is to be told besides the set-up: what was changed, refused or not understood."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Remark:
    """A sentence of `replies/*.toml` by its name, and what fills its braces.

    One that `asks` has to be answered before anything can be started.
    """

    name: str
    values: dict[str, str] = field(default_factory=dict)
    asks: bool = False


def asking(name: str, /, **values: str) -> Remark:
    """A remark that has to be answered."""
    return Remark(name, values, asks=True)


def telling(name: str, /, **values: str) -> Remark:
    """A remark that only tells."""
    return Remark(name, values)
