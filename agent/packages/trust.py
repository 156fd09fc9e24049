"""Whether a package is the server's: by the key that was pinned when the two first met."""

import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.files import replace_durably
from contract.deployments import EdgePackage, SignedPackage, canonical


class PackageRefused(Exception):
    """The package is not what is to serve here; the message says in one line why."""


class PinnedKey:
    """The server's public key in a file below DATA_DIR, as it came with the first package.

    A box that is paired gets it with its own key, over the one of before. Raises OSError.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "access" / "package-key"

    def pin(self, key: str) -> None:
        """Trust this key from now on, and no other."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_durably(self._path, key.encode("ascii"))

    def read(self) -> str | None:
        """The key that is trusted; None before the first one."""
        try:
            return self._path.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None


def check_package(signed: SignedPackage, key: str, recipe: str, newest: int) -> EdgePackage:
    """The package, if it is signed by `key`, of this recipe, and no older than the `newest` so far.

    Raises PackageRefused.
    """
    if signed.key != key:
        raise PackageRefused("the server signs by another key than it did; pair the box again")
    _check_signature(signed, key)
    package = signed.package
    if package.recipe != recipe:
        raise PackageRefused(f"a package of {package.recipe}, expected one of {recipe}")
    if package.sequence < newest:
        raise PackageRefused(
            f"an old package, number {package.sequence}, expected {newest} or a later one"
        )
    return package


def _check_signature(signed: SignedPackage, key: str) -> None:
    try:
        public = Ed25519PublicKey.from_public_bytes(binascii.a2b_base64(key, strict_mode=True))
        signature = binascii.a2b_base64(signed.signature, strict_mode=True)
        public.verify(signature, canonical(signed.package))
    except (ValueError, InvalidSignature) as error:
        raise PackageRefused("a package that the server has not signed") from error
