"""GET /versions and what is below it: the registry of the models' versions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, TypeAdapter

from backend.access.asking import owner_of
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from backend.versions.errors import NoCard, NotCompared, OtherLabels, UnknownVersion, VersionInUse
from backend.versions.service import VersionService
from backend.versions.shadow import ShadowWatch
from contract.names import Line
from contract.versions import Alias, AliasMove, ShadowDay, Version

router = APIRouter(prefix="/versions", tags=["versions"], dependencies=[Depends(owner_of)])

VERSION = {
    "id": "0b5c1d0b8e6f4c1b9a1f6a0f7f1f2c3d",
    "household_id": 1,
    "recipe": "fall-lstm",
    "version": "d725e7f1",
    "files": {"manifest.json": "9f2c…", "model.onnx": "1b7e…"},
    "metrics": {
        "measured_on": "4066d89f…",
        "falls_told": {"count": 140, "total": 153, "low": 0.86, "high": 0.95},
        "told_falsely": 16,
        "minutes": 59.2,
        "told_falsely_an_hour": {"value": 16.2, "low": 9.3, "high": 26.3},
        "pictures": None,
        "pictures_right": None,
        "macro_f1": None,
        "rows": None,
        "mean_error": None,
        "mean_error_of_line": None,
        "in_interval": None,
        "area_under_roc": None,
        "area_under_roc_of_line": None,
    },
    "base_id": None,
    "dataset_version_ids": [],
    "job_id": None,
    "created_by": None,
    "created_at": 1_795_939_200.0,
    "aliases": ["production"],
}
MOVE = {
    "recipe": "fall-lstm",
    "alias": "production",
    "from_version_id": VERSION["id"],
    "to_version_id": "6d1e…",
    "moved_by": 1,
    "reason": "loses no fall of the last month",
    "at": 1_795_939_260.0,
}
SHADOW = {
    "production_id": VERSION["id"],
    "day": "2026-11-29",
    "windows": 48_210,
    "more": 3,
    "fewer": 1,
    "dropped": 0,
}
CARD = {"card": "# The fall detector d725e7f1\n…"}


class AliasWanted(BaseModel):
    """What a version is to be named as, and why."""

    model_config = ConfigDict(extra="forbid")

    alias: Alias
    reason: Line


class Card(BaseModel):
    """The card of a version, as Markdown."""

    card: str


class Removed(BaseModel):
    """The version is on the list no more."""

    version_id: str


WANTED = TypeAdapter(AliasWanted)
Recipe = Annotated[str | None, Query(max_length=64)]


@router.get("", responses=answers([VERSION], InvalidInput, DatabaseUnavailable, BlobUnavailable))
def versions(request: Request, recipe: Recipe = None) -> list[Version]:
    """All versions, or those of a recipe, newest first."""
    return _service(request).newest(owner_of(request).household_id, recipe)


@router.get("/moves", responses=answers([MOVE], InvalidInput, DatabaseUnavailable))
def moves(request: Request, recipe: Recipe = None) -> list[AliasMove]:
    """Who let which alias name another version, newest first."""
    return _service(request).moves(owner_of(request).household_id, recipe)


@router.get("/{version_id}", responses=answers(VERSION, UnknownVersion, DatabaseUnavailable))
def version(request: Request, version_id: str) -> Version:
    """One version."""
    return _service(request).find(version_id, owner_of(request).household_id)


@router.get(
    "/{version_id}/card",
    responses=answers(CARD, UnknownVersion, NoCard, DatabaseUnavailable, BlobUnavailable),
)
def card(request: Request, version_id: str) -> Card:
    """What the version was made of and measured on, and for what it is fit."""
    service = _service(request)
    found = service.find(version_id, owner_of(request).household_id)
    return Card(card=service.card(found))


@router.get(
    "/{version_id}/shadow", responses=answers([SHADOW], UnknownVersion, DatabaseUnavailable)
)
def shadow(request: Request, version_id: str) -> list[ShadowDay]:
    """What the version has said otherwise while it was the shadow, a day each, newest first."""
    watch: ShadowWatch = request.app.state.shadow
    found = _service(request).find(version_id, owner_of(request).household_id)
    return watch.days(found.id)


@router.post(
    "/{version_id}/alias",
    openapi_extra=json_body(WANTED, {"alias": "production", "reason": MOVE["reason"]}),
    responses=answers(
        MOVE,
        *OF_A_BODY,
        UnknownVersion,
        NotCompared,
        OtherLabels,
        DatabaseUnavailable,
        BlobUnavailable,
    ),
)
def name(request: Request, version_id: str, body: Body) -> AliasMove:
    """Let `production` or `shadow` of its recipe name this version.

    Into production goes what was compared with the version that serves now, or has served before.
    """
    wanted, caller, service = parse_model(WANTED, body), owner_of(request), _service(request)
    found = service.find(version_id, caller.household_id)
    move = service.move(
        found.recipe,
        wanted.alias,
        found.id,
        caller.person_id,
        wanted.reason,
        caller.household_id,
    )
    said = f"{wanted.alias.value} of {found.recipe}: {found.version}"
    _audit(request).note(caller, Action.MOVED_ALIAS, said)
    return move


@router.delete(
    "/{version_id}",
    responses=answers(
        {"version_id": VERSION["id"]}, UnknownVersion, VersionInUse, DatabaseUnavailable
    ),
)
def remove(request: Request, version_id: str) -> Removed:
    """Take a version off the list, which no alias and no deployment names."""
    caller = owner_of(request)
    _service(request).remove(version_id, caller.household_id)
    _audit(request).note(caller, Action.REMOVED_VERSION, version_id)
    return Removed(version_id=version_id)


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit


def _service(request: Request) -> VersionService:
    service: VersionService = request.app.state.versions
    return service
