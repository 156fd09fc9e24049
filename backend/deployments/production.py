"""What camera boxes are to serve, as a deployment shows it: the alias `production`."""

from dataclasses import dataclass

from backend.deployments.rollback import version_before
from backend.deployments.shares import WHOLE
from backend.versions.service import VersionService
from contract.deployments import Deployment, DeploymentKind, DeploymentMove
from contract.versions import Alias, AliasMove


@dataclass(frozen=True)
class By:
    """Who wants it, in which household, and why."""

    household_id: int
    person_id: int | None = None
    reason: str = "asked"


class Production:
    """Thread-safe; its methods ask the factory's database, and raise DatabaseUnavailable."""

    def __init__(self, versions: VersionService) -> None:
        self._versions = versions

    def move(self, recipe: str, version_id: str, by: By) -> None:
        """Let the alias name this version; raises UnknownVersion and NotCompared."""
        alias = Alias.PRODUCTION
        self._versions.move(recipe, alias, version_id, by.person_id, by.reason, by.household_id)

    def moves(self, deployment: Deployment) -> list[DeploymentMove]:
        """Each move of the alias, whoever made it, newest first."""
        return [_move_of(move) for move in self._alias_moves(deployment)]

    def shown(self, deployment: Deployment) -> Deployment:
        """As it is: where boxes are concerned, by the alias."""
        if deployment.kind is not DeploymentKind.EDGE:
            return deployment
        moves = self._alias_moves(deployment)
        if not moves:
            return deployment
        before = version_before(reversed(moves))
        return deployment.model_copy(
            update={
                "shares": {moves[0].to_version_id: WHOLE},
                "previous_shares": None if before is None else {before: WHOLE},
                "changed_at": moves[0].at,
            }
        )

    def _alias_moves(self, deployment: Deployment) -> list[AliasMove]:
        moves = self._versions.moves(deployment.household_id, deployment.recipe)
        return [move for move in moves if move.alias is Alias.PRODUCTION]


def _move_of(move: AliasMove) -> DeploymentMove:
    before = None if move.from_version_id is None else {move.from_version_id: WHOLE}
    return DeploymentMove(
        from_shares=before,
        to_shares={move.to_version_id: WHOLE},
        moved_by=move.moved_by,
        reason=move.reason,
        at=move.at,
    )
