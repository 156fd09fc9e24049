"""The rows of deployments, of their moves, and of the packages that camera boxes were offered."""

import json
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from backend.deployments.tables import deployment_moves, deployments, edge_packages
from contract.deployments import Deployment, DeploymentKind, DeploymentMove, EdgePackage

_SHOWN = [deployments.c[name] for name in Deployment.model_fields]


def add(db: Connection, deployment: Deployment) -> None:
    """A new one."""
    db.execute(insert(deployments).values(_written(deployment.model_dump())))


def change(db: Connection, deployment_id: str, **changes: Any) -> None:
    """Write these columns of it."""
    this = deployments.c.id == deployment_id
    db.execute(update(deployments).where(this).values(_written(changes)))


def find(db: Connection, deployment_id: str, household_id: int) -> Deployment | None:
    """One that has not ended."""
    mine = deployments.c.id == deployment_id, deployments.c.household_id == household_id
    row = db.execute(select(*_SHOWN).where(*mine, deployments.c.ended_at.is_(None))).one_or_none()
    return _deployment(row) if row else None


def newest(db: Connection, household_id: int) -> list[Deployment]:
    """Those that have not ended, newest first."""
    open_ones = deployments.c.household_id == household_id, deployments.c.ended_at.is_(None)
    rows = db.execute(select(*_SHOWN).where(*open_ones).order_by(deployments.c.number.desc()))
    return [_deployment(row) for row in rows]


def of_edge(db: Connection, household_id: int, recipe: str) -> Deployment | None:
    """That of the camera boxes."""
    wanted = DeploymentKind.EDGE, recipe
    found = (it for it in newest(db, household_id) if (it.kind, it.recipe) == wanted)
    return next(found, None)


def add_move(db: Connection, deployment_id: str, move: DeploymentMove) -> None:
    """It serves others."""
    row = _written(move.model_dump()) | {"deployment_id": deployment_id}
    db.execute(insert(deployment_moves).values(row))


def moves(db: Connection, deployment_id: str) -> list[DeploymentMove]:
    """All of one, newest first."""
    columns = [deployment_moves.c[name] for name in DeploymentMove.model_fields]
    mine = deployment_moves.c.deployment_id == deployment_id
    rows = db.execute(select(*columns).where(mine).order_by(deployment_moves.c.number.desc()))
    return [DeploymentMove.model_validate(_read(row)) for row in rows]


def add_package(db: Connection, household_id: int, package: EdgePackage) -> None:
    """What camera boxes are to serve from now on."""
    db.execute(
        insert(edge_packages).values(
            household_id=household_id,
            recipe=package.recipe,
            sequence=package.sequence,
            package=package.model_dump_json(),
        )
    )


def newest_package(db: Connection, household_id: int, recipe: str) -> EdgePackage | None:
    """What camera boxes were offered last."""
    of = edge_packages.c
    mine = select(of.package).where(of.household_id == household_id, of.recipe == recipe)
    found = db.scalar(mine.order_by(of.sequence.desc()).limit(1))
    return EdgePackage.model_validate_json(found) if found else None


def _deployment(row: Row[Any]) -> Deployment:
    return Deployment.model_validate(_read(row))


def _written(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value) if isinstance(value, dict) else value
        for name, value in values.items()
    }


def _read(row: Row[Any]) -> dict[str, Any]:
    return {
        name: json.loads(value) if name.endswith("shares") and value is not None else value
        for name, value in row._asdict().items()
    }
