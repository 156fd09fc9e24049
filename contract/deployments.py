"""Deployments: where versions of the models serve, and the package that camera boxes fetch."""

import json
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contract.analysis import Analysis
from contract.names import Line, Name
from contract.vision import Prediction

SIGNED_FOR = b"dolbom edge package 1\n"
"""Stands before what is signed, so that a signature is good for nothing else."""

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""Of a file, or of a folder: it leads nowhere else."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{4,128}={0,2}$")]


class DeploymentKind(StrEnum):
    """Where a version serves."""

    ENDPOINT = "endpoint"
    """The server answers for it."""
    EDGE = "edge"
    """Every camera box of the household: the alias `production`."""
    CONTAINER = "container"
    """A machine of somebody's own, by a container that it builds."""
    DOWNLOAD = "download"
    """Wherever its files are taken."""


Shares = Annotated[
    dict[FileName, Annotated[int, Field(ge=0, le=100)]], Field(min_length=1, max_length=20)
]
"""Percent of what is asked, by the version's id; they add up to 100."""


class Deployment(BaseModel):
    """Where versions of a recipe serve. Times are seconds since 1970 by the server's clock.

    `previous_shares` are what a rollback goes back to; None where there is nothing. `file` is the
    SHA-256 of what can be downloaded, `note` says in one line why there is no more than that.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    kind: DeploymentKind
    name: Name
    recipe: str
    shares: dict[str, int]
    previous_shares: dict[str, int] | None
    job_id: str | None
    file: str | None
    note: str | None
    created_by: int | None
    created_at: float
    changed_at: float
    ended_at: float | None


class DeploymentMove(BaseModel):
    """Who let a deployment serve other versions, and when; after an end there are none."""

    model_config = ConfigDict(frozen=True)

    from_shares: dict[str, int] | None
    to_shares: dict[str, int] | None
    moved_by: int | None
    reason: Line
    at: float


class Predicted(BaseModel):
    """What an endpoint answers: by which version, and of each window or picture, in their order."""

    model_config = ConfigDict(frozen=True)

    version_id: str
    version: str
    results: list[Analysis] | list[Prediction]


class PackageFile(BaseModel):
    """A file of a package."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    size: Annotated[int, Field(ge=0, le=2**32)]


class EdgePackage(BaseModel):
    """What camera boxes are to serve: a version, and its files by their names.

    `sequence` counts up with each package of a recipe, so that an old one cannot come again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: FileName
    version_id: FileName
    version: Name
    files: Annotated[dict[FileName, PackageFile], Field(min_length=1, max_length=16)]
    made_at: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    sequence: Annotated[int, Field(ge=1, lt=2**53)]


class SignedPackage(BaseModel):
    """A package with the Ed25519 `signature` of its canonical bytes, by the public `key`.

    Both in base64. Who has pinned a key goes by that one, whatever stands here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    package: EdgePackage
    signature: Base64
    key: Base64


def canonical(package: EdgePackage) -> bytes:
    """The bytes that are signed: JSON with its names in order, without blanks, in ASCII."""
    said = package.model_dump(mode="json")
    return SIGNED_FOR + json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")
