"""What an alias named before, by all its moves."""

from collections.abc import Iterable

from contract.versions import AliasMove


def version_before(moves: Iterable[AliasMove]) -> str | None:
    """The id of the version to go back to, of moves in their order; None where there is none.

    A move back to the version before takes the one that was left out of the list: who asks twice
    for a rollback does not get the newer version again.
    """
    served: list[str] = []
    for move in moves:
        if not served and move.from_version_id is not None:
            served.append(move.from_version_id)
        if served[-2:-1] == [move.to_version_id]:
            served.pop()
        elif served[-1:] != [move.to_version_id]:
            served.append(move.to_version_id)
    return served[-2] if len(served) > 1 else None
