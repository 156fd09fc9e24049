"""`run-agent --find-cameras` and `run-agent --camera-login`."""

import sys
from getpass import getpass
from pathlib import Path

import typer
from pydantic import SecretStr, ValidationError

from agent.onvif.addresses import device_service, is_address
from agent.onvif.device import opened
from agent.onvif.errors import OnvifError
from agent.onvif.finder import Finder
from agent.onvif.listing import listed
from agent.onvif.login import CameraLogins, Login
from agent.onvif.source import located


def list_cameras(data_dir: Path) -> None:
    """Say which cameras answer, as far as they let this box look.

    Raises OnvifError where none does, and LoginsUnreadable.
    """
    typer.echo("looking for cameras in the network …", err=True)
    lines = list(listed(Finder(CameraLogins(data_dir)).look()))
    if not lines:
        raise OnvifError(
            "no camera has answered: turn on ONVIF in the camera's own settings, and see that it "
            "is in the same network"
        )
    typer.echo("\n".join(lines))


def log_in(camera: str, data_dir: Path) -> None:
    """Ask for a login of the camera of this id, name or address, and keep one that it takes.

    Raises OnvifError and LoginsUnreadable; then nothing is kept.
    """
    key, url = _found(camera)
    login, logins = _typed_login(camera), CameraLogins(data_dir)
    with opened(url, login) as device:
        streams = device.streams()
    try:
        logins.keep(key, login)
    except OSError as failure:
        raise OnvifError(f"the login cannot be kept below {data_dir}: {failure}") from failure
    typer.echo(f"the camera takes it, and has {len(streams)} streams; the login stays on this box")


def _found(camera: str) -> tuple[str, str]:
    """By what its login is kept, and its device service."""
    if is_address(camera):
        return camera, device_service(camera)
    found = located(camera)
    return found.id, found.url


def _typed_login(camera: str) -> Login:
    typer.echo(f"the user and the password of the ONVIF service of {camera}:", err=True)
    try:
        user = _typed("user")
        return Login(user=user, password=SecretStr(_typed("password", is_secret=True)))
    except (EOFError, ValidationError):
        raise OnvifError("expected a user and a password, each on a line of its own") from None


def _typed(what: str, *, is_secret: bool = False) -> str:
    """A line from the terminal, unseen if it is secret, or from what is piped in."""
    if not sys.stdin.isatty():
        return input()
    return getpass(f"{what}: ") if is_secret else input(f"{what}: ")
