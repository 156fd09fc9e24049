"""The users and passwords of cameras, which stay on this box."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_serializer

from common.files import replace_durably


class LoginsUnreadable(Exception):
    """The file with them cannot be read; the message says in one line what to do."""


class Login(BaseModel):
    """Who asks a camera."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    user: str = Field(min_length=1, max_length=128)
    password: SecretStr = Field(max_length=256)

    @field_serializer("password")
    def _to_keep(self, password: SecretStr) -> str:
        return password.get_secret_value()


class _Kept(BaseModel):
    """All logins, by the id of a camera, or the address that somebody named."""

    model_config = ConfigDict(hide_input_in_errors=True)

    logins: dict[str, Login] = Field(default_factory=dict)


class CameraLogins:
    """In a file below DATA_DIR that its owner alone reads; each call reads it anew.

    Raises LoginsUnreadable.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "access" / "camera-logins.json"

    def of(self, *names: str) -> Login | None:
        """The login of a camera by the first of these names that has one."""
        logins = self._read().logins
        return next((logins[name] for name in names if name in logins), None)

    def keep(self, name: str, login: Login) -> None:
        """Let it be the camera's from now on; raises OSError too."""
        kept = self._read()
        kept.logins[name] = login
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_durably(self._path, kept.model_dump_json().encode())

    def _read(self) -> _Kept:
        try:
            return _Kept.model_validate_json(self._path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return _Kept()
        except (OSError, ValueError) as error:
            raise LoginsUnreadable(
                f"{self._path} cannot be read ({type(error).__name__}): remove it, and log in to "
                "the cameras again"
            ) from None
