"""Which version an alias goes back to."""

from itertools import pairwise

import pytest

from backend.deployments.rollback import version_before
from contract.versions import Alias, AliasMove


def moves(way: str) -> list[AliasMove]:
    """From each letter to the next; `-` stands for nothing."""
    return [
        AliasMove(
            recipe="fall-lstm",
            alias=Alias.PRODUCTION,
            from_version_id=None if before == "-" else before,
            to_version_id=after,
            moved_by=1,
            reason="asked",
            at=0.0,
        )
        for before, after in pairwise(way)
    ]


@pytest.mark.parametrize(
    ("way", "before"),
    [
        ("-", None),
        ("-A", None),
        ("-AB", "A"),
        ("AB", "A"),
        ("-ABA", None),
        ("-ABC", "B"),
        ("-ABCB", "A"),
        ("-ABCBA", None),
        ("-ABCBD", "B"),
        ("-ABB", "A"),
    ],
)
def test_a_rollback_is_not_undone_by_the_next(way: str, before: str | None) -> None:
    assert version_before(moves(way)) == before
