"""Packages that are the server's, and those that only look like it."""

from pathlib import Path
from typing import Any

import pytest

from agent.packages.trust import PackageRefused, PinnedKey, check_package
from contract.deployments import EdgePackage, PackageFile, SignedPackage
from testkit.edge_server import PackageSigner

SIGNER, STRANGER = PackageSigner(), PackageSigner()
PACKAGE = EdgePackage(
    recipe="fall-lstm",
    version_id="v1",
    version="d725e7f1",
    files={"model.onnx": PackageFile(sha256="ab" * 32, size=7)},
    made_at=1.8e9,
    sequence=5,
)
SIGNED = SIGNER.sign(PACKAGE)


def changed(**fields: Any) -> SignedPackage:
    """What somebody on the way has made of the signed package."""
    package = PACKAGE.model_copy(update=fields)
    return SIGNED.model_copy(update={"package": package})


@pytest.mark.parametrize("newest", [0, 4, 5])
def test_what_the_server_signed_is_taken_also_once_more(newest: int) -> None:
    assert check_package(SIGNED, SIGNER.public, "fall-lstm", newest) == PACKAGE


@pytest.mark.parametrize(
    ("signed", "reason"),
    [
        (changed(version_id="v2"), "not signed"),
        (changed(sequence=6), "not signed"),
        (changed(files={"model.onnx": PackageFile(sha256="cd" * 32, size=7)}), "not signed"),
        (SIGNED.model_copy(update={"signature": STRANGER.sign(PACKAGE).signature}), "not signed"),
        (SIGNED.model_copy(update={"signature": "AAAA"}), "not signed"),
        (STRANGER.sign(PACKAGE), "another key"),
        (
            SIGNER.sign(PACKAGE.model_copy(update={"recipe": "posture"})),
            "expected one of fall-lstm",
        ),
        (SIGNER.sign(PACKAGE.model_copy(update={"sequence": 4})), "an old package"),
    ],
    ids=["id", "sequence", "files", "forged", "garbage", "other-key", "other-recipe", "replayed"],
)
def test_everything_else_is_refused(signed: SignedPackage, reason: str) -> None:
    with pytest.raises(PackageRefused, match=reason):
        check_package(signed, SIGNER.public, "fall-lstm", 5)


@pytest.mark.parametrize("leads_away", ["../v1", "/etc/passwd", ".hidden", "a/b", ""])
def test_names_lead_to_no_other_folder(leads_away: str) -> None:
    for field, value in (("version_id", leads_away), ("files", {leads_away: {}})):
        with pytest.raises(ValueError, match="validation error"):
            EdgePackage.model_validate(PACKAGE.model_dump() | {field: value})


def test_a_pinned_key_stays_until_another_is_pinned(tmp_path: Path) -> None:
    assert PinnedKey(tmp_path).read() is None
    PinnedKey(tmp_path).pin(SIGNER.public)
    assert PinnedKey(tmp_path).read() == SIGNER.public
    PinnedKey(tmp_path).pin(STRANGER.public)
    assert PinnedKey(tmp_path).read() == STRANGER.public
