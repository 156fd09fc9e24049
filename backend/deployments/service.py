"""Deployments for the rest of the server: what serves where, since when, and who let it."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.deployments import store
from backend.deployments.artifacts import Artifacts
from backend.deployments.edge import EDGE_RECIPES
from backend.deployments.errors import (
    AlreadyDeployed,
    NoFile,
    NotAnEndpoint,
    NothingBefore,
    UnknownDeployment,
)
from backend.deployments.production import By, Production
from backend.deployments.shares import check_shares, the_one
from backend.errors import InvalidInput
from backend.storage.database import Database
from backend.versions.service import VersionService
from contract.deployments import Deployment, DeploymentKind, DeploymentMove
from contract.versions import DETECTOR, Version
from modeling.perception.images.registry import SERVED

RECIPES = {
    DeploymentKind.ENDPOINT: {DETECTOR, *SERVED},
    DeploymentKind.EDGE: EDGE_RECIPES,
    DeploymentKind.CONTAINER: {DETECTOR, *SERVED},
}
"""Of which recipes there are deployments of a kind; where nothing is said, of all."""
BOXES_TAKE = (
    "camera boxes take packages of no other recipe: they check pictures by the camera_health that "
    "they were installed with, and ask the server whatever else pictures are asked"
)
FILES = frozenset({DeploymentKind.CONTAINER, DeploymentKind.DOWNLOAD})


@dataclass(frozen=True)
class DeploymentWanted:
    """A deployment to come."""

    kind: DeploymentKind
    name: str
    recipe: str
    shares: dict[str, int]


class DeploymentService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable.

    What camera boxes serve is the alias `production`: a deployment of them moves it, and shows
    what it names, whoever has moved it.
    """

    def __init__(
        self,
        database: Database,
        versions: VersionService,
        artifacts: Artifacts,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._versions = database, versions
        self._production = Production(versions)
        self._artifacts, self._clock = artifacts, clock

    def use_of(self, version: Version) -> str | None:
        """What serves the version, in one line; None where nothing does."""
        for each in self.all(version.household_id):
            if version.id in each.shares:
                return f"the deployment {each.name}"
        return None

    def all(self, household_id: int) -> list[Deployment]:
        """Those that have not ended, newest first."""
        with self._database.reading() as db:
            found = store.newest(db, household_id)
        return [self._production.shown(deployment) for deployment in found]

    def find(self, deployment_id: str, household_id: int) -> Deployment:
        """One that has not ended; raises UnknownDeployment."""
        with self._database.reading() as db:
            found = store.find(db, deployment_id, household_id)
        if found is None:
            raise UnknownDeployment(f"no deployment {deployment_id[:40]!r}")
        return self._production.shown(found)

    def endpoint(self, deployment_id: str, household_id: int) -> Deployment:
        """One that answers; raises UnknownDeployment and NotAnEndpoint."""
        found = self.find(deployment_id, household_id)
        if found.kind is not DeploymentKind.ENDPOINT:
            raise NotAnEndpoint(f"it is of the kind {found.kind}, expected an endpoint")
        return found

    def create(self, wanted: DeploymentWanted, by: By) -> Deployment:
        """Deploy; raises InvalidInput, UnknownVersion, NotCompared and AlreadyDeployed."""
        self._check(wanted, by.household_id)
        deployment = self._new(wanted, by)
        if wanted.kind is DeploymentKind.EDGE:
            with self._database.reading() as db:
                _check_first(db, deployment)
            self._production.move(wanted.recipe, the_one(wanted.shares), by)
        with self._database.writing() as db:
            if wanted.kind is DeploymentKind.EDGE:
                _check_first(db, deployment)  # since somebody else may have been faster
            store.add(db, deployment)
            if wanted.kind is not DeploymentKind.EDGE:  # of those the alias knows
                self._note(db, deployment, None, deployment.shares, by)
        return self._production.shown(deployment)

    def change(self, deployment_id: str, shares: dict[str, int], by: By) -> Deployment:
        """Let it serve other versions; raises as `create` does, and UnknownDeployment."""
        found = self.find(deployment_id, by.household_id)
        wanted = DeploymentWanted(found.kind, found.name, found.recipe, shares)
        self._check(wanted, by.household_id)
        return self._serve(found, shares, found.shares, by)

    def roll_back(self, deployment_id: str, by: By) -> Deployment:
        """Let it serve what it served before; raises UnknownDeployment and NothingBefore."""
        found = self.find(deployment_id, by.household_id)
        if found.previous_shares is None:
            raise NothingBefore("nothing has served before that could serve again")
        return self._serve(found, found.previous_shares, None, by)

    def end(self, deployment_id: str, by: By) -> Deployment:
        """Serve no more; camera boxes keep what they have. Raises UnknownDeployment."""
        found = self.find(deployment_id, by.household_id)
        ended_at = self._clock()
        with self._database.writing() as db:
            store.change(db, found.id, ended_at=ended_at)
            self._note(db, found, found.shares, None, by)
        return found.model_copy(update={"ended_at": ended_at})

    def moves(self, deployment: Deployment) -> list[DeploymentMove]:
        """Who let it serve what, newest first."""
        with self._database.reading() as db:
            found = store.moves(db, deployment.id)
        if deployment.kind is DeploymentKind.EDGE:
            found += self._production.moves(deployment)
        return sorted(found, key=lambda move: move.at, reverse=True)

    def file_of(self, deployment: Deployment) -> str:
        """The digest of what can be downloaded; raises NoFile."""
        if deployment.file is None:
            raise NoFile(f"a deployment of the kind {deployment.kind} has nothing to download")
        return deployment.file

    def _check(self, wanted: DeploymentWanted, household_id: int) -> None:
        check_shares(wanted.shares)
        known = RECIPES.get(wanted.kind)
        if known is not None and wanted.recipe not in known:
            why = f": {BOXES_TAKE}" if wanted.kind is DeploymentKind.EDGE else ""
            raise InvalidInput(f"recipe: expected one of {', '.join(sorted(known))}{why}")
        if wanted.kind is not DeploymentKind.ENDPOINT:
            the_one(wanted.shares)
        for version_id in wanted.shares:
            version = self._versions.find(version_id, household_id)
            if version.recipe != wanted.recipe:
                raise InvalidInput(f"shares: {version_id} is of the recipe {version.recipe}")

    def _new(self, wanted: DeploymentWanted, by: By) -> Deployment:
        now = self._clock()
        artifact = self._artifact(wanted.kind, wanted.shares, by)
        return Deployment(
            id=uuid.uuid4().hex,
            household_id=by.household_id,
            kind=wanted.kind,
            name=wanted.name,
            recipe=wanted.recipe,
            shares=wanted.shares,
            previous_shares=None,
            created_by=by.person_id,
            created_at=now,
            changed_at=now,
            ended_at=None,
            **artifact,
        )

    def _artifact(
        self, kind: DeploymentKind, shares: dict[str, int], by: By
    ) -> dict[str, str | None]:
        if kind not in FILES:
            return {"file": None, "job_id": None, "note": None}
        version = self._versions.find(the_one(shares), by.household_id)
        return self._artifacts.make(kind, version, by.person_id)

    def _serve(
        self,
        found: Deployment,
        shares: dict[str, int],
        previous: dict[str, int] | None,
        by: By,
    ) -> Deployment:
        if found.kind is DeploymentKind.EDGE:
            self._production.move(found.recipe, the_one(shares), by)
            return self.find(found.id, found.household_id)
        artifact = self._artifact(found.kind, shares, by)
        changes = {"shares": shares, "previous_shares": previous, "changed_at": self._clock()}
        with self._database.writing() as db:
            store.change(db, found.id, **changes, **artifact)
            self._note(db, found, found.shares, shares, by)
        return self.find(found.id, found.household_id)

    def _note(
        self,
        db: Connection,
        deployment: Deployment,
        before: dict[str, int] | None,
        after: dict[str, int] | None,
        by: By,
    ) -> None:
        move = DeploymentMove(
            from_shares=before,
            to_shares=after,
            moved_by=by.person_id,
            reason=by.reason,
            at=self._clock(),
        )
        store.add_move(db, deployment.id, move)


def _check_first(db: Connection, deployment: Deployment) -> None:
    """Raise AlreadyDeployed where the camera boxes have a deployment of the recipe."""
    found = store.of_edge(db, deployment.household_id, deployment.recipe)
    if found is not None:
        raise AlreadyDeployed(f"change or roll back {found.name!r}, {found.id}")
