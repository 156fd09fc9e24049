"""The two tokens on disk: readable only by the owner, replaced as a whole, shared by processes."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pydantic import TypeAdapter

from backend.alerts.channels.kakao.client import Grant
from common.files import claim, replace_durably

Version = tuple[int, int]
"""Differs between any two contents that the file has had."""


@dataclass(frozen=True)
class Tokens:
    """Both tokens; expiries in seconds since 1970 (UTC), None while Kakao has not given them.

    `seed_sha256` says which tokens the settings held when these were stored; None fresh from a
    login, which is newer than whatever the settings hold.
    """

    seed_sha256: str | None
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    access_expires_at: float | None = None
    refresh_expires_at: float | None = None

    def renewed(self, grant: Grant, now: float) -> "Tokens":
        """With what Kakao granted at `now`; the old refresh token stays if none came."""
        tokens = replace(
            self, access_token=grant.access_token, access_expires_at=now + grant.expires_in
        )
        if grant.refresh_token is None or grant.refresh_token_expires_in is None:
            return tokens
        return replace(
            tokens,
            refresh_token=grant.refresh_token,
            refresh_expires_at=now + grant.refresh_token_expires_in,
        )


_TOKENS = TypeAdapter(Tokens)


class TokenFile:
    """`tokens.json`. Its methods raise OSError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def below(cls, data_dir: Path) -> "TokenFile":
        """The one of the installation that writes to `data_dir`."""
        return cls(data_dir / "kakao" / "tokens.json")

    @classmethod
    def of_person(cls, data_dir: Path, person_id: int) -> "TokenFile":
        """The one of a person's own account."""
        return cls(data_dir / "kakao" / f"person-{person_id}.json")

    @staticmethod
    def has_people(data_dir: Path) -> bool:
        """Whether somebody has an account of their own connected."""
        return any((data_dir / "kakao").glob("person-*.json"))

    def keep_login(self, grant: Grant, now: float) -> None:
        """Let what a login granted at `now` replace whatever is stored."""
        with self.locked():
            self.save(Tokens(None, grant.access_token).renewed(grant, now))

    def remove(self) -> None:
        """Forget the tokens; it is well where there are none."""
        self.path.unlink(missing_ok=True)

    def version(self) -> Version | None:
        """Says whether another process has replaced it; None while it does not exist."""
        with contextlib.suppress(OSError):
            found = self.path.stat()
            return found.st_ino, found.st_mtime_ns
        return None

    def load(self) -> Tokens | None:
        """What is stored; None if nothing is. Raises ValueError for anything else."""
        try:
            return _TOKENS.validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None

    def save(self, tokens: Tokens) -> None:
        """Replace it; after a kill at any step there is the old content or the new."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(self.path, json.dumps(asdict(tokens)).encode())

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a login and a server from replacing it at once; a disk that refuses locks nobody."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                stack.enter_context(claim(self.path.with_suffix(".lock"), wait=True))
            yield
