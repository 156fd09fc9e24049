"""`run-kakao-login`: a person's consent to the memos, through their browser."""

import queue
import time
import webbrowser
from contextlib import closing
from typing import Annotated

import typer
from pydantic import SecretStr

from common.cli import fail, needs, run, stoppable
from common.private_files import keep_private
from common.settings import read_settings, refuse

with needs("the group `backend`"):
    from backend.alerts.channels.kakao.client import Grant, KakaoClient
    from backend.alerts.channels.kakao.local_login import Login, listening
    from backend.alerts.channels.kakao.login import LoginError, login_url
    from backend.alerts.channels.kakao.token_file import TokenFile
    from backend.config import BackendSettings


def log_in(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Local port that the browser comes back to.")
    ] = 8765,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for the person.")] = 300.0,
    browser: Annotated[bool, typer.Option(help="Open a browser on this machine.")] = True,
) -> None:
    """Log in to Kakao and agree to the memos; the tokens are kept below DATA_DIR.

    Register the redirect URI that is shown at developers.kakao.com first. A server that runs uses
    the new tokens by itself.
    """
    settings = read_settings(BackendSettings)
    if settings.kakao_rest_api_key is None:
        refuse("KAKAO_REST_API_KEY: expected the key of the Kakao app")
    keep_private(settings.data_dir, ["kakao"])
    try:
        with stoppable("the login was given up"):
            _log_in(settings, settings.kakao_rest_api_key, port, timeout, browser)
    except LoginError as error:
        fail(f"not logged in: {error}")
    except OSError as error:
        fail(f"cannot listen on port {port}: {error.strerror}")
    typer.echo("logged in: the tokens are stored, and a server that runs uses them")


def _log_in(
    settings: BackendSettings, key: SecretStr, port: int, timeout: float, browser: bool
) -> None:
    """Wait until the person is done; raises LoginError, OSError when the port is taken."""
    secret = settings.kakao_client_secret
    file = TokenFile.below(settings.data_dir)
    with (
        closing(KakaoClient(settings.kakao_api_url, settings.kakao_auth_url)) as client,
        listening(port) as (redirect_uri, begin),
    ):

        def redeem(code: str) -> Grant:
            hidden = secret.get_secret_value() if secret else None
            return client.redeem(code, redirect_uri, key.get_secret_value(), hidden)

        login = Login(redeem, lambda grant: file.keep_login(grant, time.time()))
        begin(login)
        url = login_url(settings.kakao_auth_url, key.get_secret_value(), redirect_uri, login.state)
        typer.echo(f"The redirect URI, as it has to be registered with the app: {redirect_uri}")
        typer.echo(f"Log in with a browser on this machine: {url}")
        if browser:
            webbrowser.open(url)
        try:
            failure = login.outcome.get(timeout=timeout)
        except queue.Empty:
            raise LoginError(f"nobody came back within {timeout:.0f} s") from None
        if failure:
            raise failure


def main() -> None:
    """Entry point of `run-kakao-login`."""
    run(log_in)
