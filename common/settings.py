"""The settings of both halves: how they are read, and what is refused in each of them."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    HttpUrl,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.sources.utils import parse_env_vars

from common.cli import DOTENV, DOTENV_ENCODING, check_dotenv

QUOTED = re.compile(r"""(["'`]).*\1""", re.DOTALL)
NO_URL = re.compile(r"""^$|[\s<>{}"`|\\]""")
COMMENTED = re.compile(r"\s#(\s|$)")
# What a name may have and lack without being another one: the marks between words, a plural.
MARKS = re.compile(r"S(?=_|$)|_")
# How much a misspelt name and the setting's have in common, of 1.
ALIKE = 0.85
IN_FILE = "_FILE"
"""Behind the name of a secret: where the file is that holds it."""

S = TypeVar("S", bound="Settings")


def _expanded(path: Path) -> Path:
    """`path` from the home directory on where it begins with `~`, as a shell has it."""
    if str(path).startswith(("$", "%")):
        raise ValueError("expected a path: nothing puts a value in place of its first word")
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("expected a path, or ~ for a home directory that there is") from None


def _url(value: object) -> object:
    if isinstance(value, str) and NO_URL.search(value.strip()):
        raise ValueError("expected a URL without blanks and brackets, as <UUID> has them")
    try:
        return HTTP_URL.validate_python(value)
    except ValidationError:
        raise ValueError("expected a URL such as http://192.168.0.10:8000") from None


ExpandedPath = Annotated[Path, AfterValidator(_expanded)]
HTTP_URL = TypeAdapter(HttpUrl)
WebUrl = Annotated[HttpUrl, BeforeValidator(_url)]
WEB_URL = TypeAdapter(WebUrl)


def _base_url(value: str) -> str:
    try:
        return str(WEB_URL.validate_python(value)).rstrip("/")
    except ValidationError as error:
        raise ValueError("expected a URL such as https://kapi.kakao.com") from error


BaseUrl = Annotated[str, AfterValidator(_base_url)]


class _DotEnv(DotEnvSettingsSource):
    """`.env`, in which a `$` is a `$`: systemd expands nothing in its files either."""

    def _read_env_file(self, file_path: Path) -> Mapping[str, str | None]:
        values = dotenv_values(file_path, encoding=self.env_file_encoding, interpolate=False)
        return parse_env_vars(values, self.case_sensitive, self.env_ignore_empty)


class _SecretFiles(PydanticBaseSettingsSource):
    """The secrets that lie in files, as NAME_FILE says of the setting NAME."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """What the file of a setting holds, None without one. Raises ValueError."""
        name = _name_of(field_name, field)
        path = _given().get(f"{name}{IN_FILE}") if _is_secret(field) else None
        if not path:
            return None, name, False
        try:
            return Path(path).expanduser().read_text(encoding="utf-8").strip(), name, False
        except (OSError, RuntimeError, UnicodeDecodeError):
            raise ValueError(f"{name}{IN_FILE}: expected a file of text that can be read") from None

    def __call__(self) -> dict[str, Any]:
        """All that are there."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name) for name, field in fields}
        return {name: value for name, (value, _, _) in found.items() if value}


class Settings(BaseSettings):
    """What can be set in the environment or in `.env`; an empty value counts as not set."""

    model_config = SettingsConfigDict(
        env_file=DOTENV,
        env_file_encoding=DOTENV_ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options before the environment, that before `.env`, and files of secrets last."""
        return init_settings, env_settings, _DotEnv(settings_cls), _SecretFiles(settings_cls)

    @classmethod
    def names(cls) -> list[str]:
        """What the settings are called in the environment."""
        return [_name_of(name, field) for name, field in cls.model_fields.items()]

    @classmethod
    def secrets(cls) -> list[str]:
        """Those that may lie in a file."""
        fields = cls.model_fields.items()
        return [_name_of(name, field) for name, field in fields if _is_secret(field)]

    @field_validator("*", mode="before")
    @classmethod
    def _as_it_is_meant(cls, value: object) -> object:
        """Refuse what a file of settings can add to a value without being asked."""
        if isinstance(value, str):
            if QUOTED.fullmatch(value):
                raise ValueError(
                    "expected no quotes around it: what reads them takes them as a part"
                )
            if COMMENTED.search(value):
                raise ValueError("expected no `#` in it: a comment needs a line of its own")
        return value


class SettingError(ValueError):
    """A setting that is wrong only beside something else, such as a model's labels."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name}: {expected}")


def read_settings(kind: type[S], **options: Any) -> S:
    """The settings, with `options` in place of theirs where those are not None.

    A wrong one ends the command with its name and what is allowed. A name that looks like a
    setting's is warned of.
    """
    try:
        check_dotenv()
        for name, meant in misspelt(kind).items():
            typer.echo(
                f"warning: {name} is no setting and is passed over: was {meant} meant?", err=True
            )
        return kind(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        refuse(describe(error))
    except UnicodeDecodeError:
        refuse("the file .env must be UTF-8")
    except PermissionError:
        refuse("the file .env cannot be read: expected a folder that may be entered, such as /")
    except ValueError as error:  # a nested setting that is no JSON
        refuse(str(error))


def refuse(wrong: str) -> NoReturn:
    """End the command with status 2 and what is `wrong`: a setting's name, and what is allowed."""
    typer.echo(f"wrong setting: {wrong}", err=True)
    raise typer.Exit(2)


def misspelt(kind: type[Settings]) -> dict[str, str]:
    """The names in the environment and in `.env` that are close to a setting, and that setting."""
    settings = kind.names()
    known = {*settings, *(f"{name}{IN_FILE}" for name in kind.secrets())}
    names = {*os.environ, *_dotenv()}
    others = (name for name in sorted(names) if name.upper() not in known)
    return {name: meant for name in others if (meant := _meant(name.upper(), settings))}


def _dotenv() -> dict[str, str | None]:
    if not DOTENV.is_file():
        return {}
    return dict(dotenv_values(DOTENV, encoding=DOTENV_ENCODING, interpolate=False))


def _given() -> dict[str, str | None]:
    """All that is set, by its name in capitals; the environment wins."""
    given = _dotenv() | {name: value for name, value in os.environ.items() if value}
    return {name.upper(): value for name, value in given.items()}


def _name_of(name: str, field: FieldInfo) -> str:
    return str(field.validation_alias or name).upper()


def _is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in repr(field.annotation)


def _meant(name: str, settings: list[str]) -> str | None:
    """The setting that `name` looks like, or that has all of its words and more."""
    bare = {MARKS.sub("", setting): setting for setting in settings}
    if close := get_close_matches(MARKS.sub("", name), bare, n=1, cutoff=ALIKE):
        return bare[close[0]]
    words = set(name.split("_"))
    wider = (setting for setting in settings if words < set(setting.split("_")))
    return next(wider, None) if len(words) > 1 else None


def describe(error: ValidationError) -> str:
    """Each wrong setting and what was expected, without what was set."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'__'.join(str(part) for part in item['loc']).upper()}: "
        f"{item['msg'].removeprefix('Value error, ')}"
        for item in found
    )
