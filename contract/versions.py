"""Versions of the models, and which of them serves."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Alias(StrEnum):
    """What a version of a recipe may be named as, one at a time."""

    PRODUCTION = "production"
    """It decides: on the server, and on every camera box."""
    SHADOW = "shadow"
    """It is asked as well, and nobody is told what it says."""


class Version(BaseModel):
    """A checkpoint of a recipe; `files` are its files by name, each by its SHA-256.

    `version` is the digest of the weights as its manifest says it. `metrics` are what the page
    shows of the project's own evaluation. The one that ships has no job.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    recipe: str
    version: str
    files: dict[str, str]
    metrics: dict[str, Any]
    base_id: str | None
    dataset_version_ids: tuple[str, ...]
    job_id: str | None
    created_by: int | None
    created_at: float
    aliases: tuple[Alias, ...] = ()


class AliasMove(BaseModel):
    """Who let an alias name another version, and when."""

    model_config = ConfigDict(frozen=True)

    recipe: str
    alias: Alias
    from_version_id: str | None
    to_version_id: str
    moved_by: int | None
    reason: str
    at: float
