"""`resend-alerts` and `send-test-alert`: both ask the server that runs."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import typer
from pydantic import ValidationError

from common.cli import fail, needs, run
from common.settings import WEB_URL, read_settings
from common.trust import trusted

with needs("the group `backend`"):
    from backend.config import BackendSettings
    from contract.access import key_for

PATH = "/alerts/dead-letters"
TIMEOUT_SEC = 10.0
TEST_TIMEOUT_SEC = 60.0
"""The slowest channel is waited for."""

HERE = "http://127.0.0.1:8000"


def _url(value: str) -> str:
    try:
        WEB_URL.validate_python(value)
    except ValidationError:
        raise typer.BadParameter(f"expected a URL such as {HERE}") from None
    return value


BackendUrl = Annotated[str, typer.Option(help="The running server.", callback=_url)]


def _resend(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Alerts to send again, by the keys of --list.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Send all of the last week again.")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="Show them and send nothing.")] = False,
    backend_url: BackendUrl = HERE,
) -> None:
    """Send alerts again that could not be delivered; the running server does it at once.

    A memo that may have arrived before is marked as sent again.
    """
    if bool(keys) + everything + show != 1:
        raise typer.BadParameter("expected one of: KEYS, --all, --list")
    settings = read_settings(BackendSettings)
    with _client(settings, backend_url, TIMEOUT_SEC) as http:
        if show:
            _show(_ask(http, "GET", PATH, params={"limit": 1000}), settings.time_zone)
        else:
            wanted = {"all": True} if everything else {"keys": keys}
            _send(_ask(http, "POST", f"{PATH}/resend", json=wanted), keys)


def _send_test(backend_url: BackendUrl = HERE) -> None:
    """Send a test alert through all channels now; ends with 0 when each of them took it."""
    with _client(read_settings(BackendSettings), backend_url, TEST_TIMEOUT_SEC) as http:
        answer = _ask(http, "POST", "/alerts/test")
    for trial in answer["channels"]:
        typer.echo(f"{trial['channel']}: {trial['reason'] or 'sent'}")
    if answer["warning"]:
        typer.echo(answer["warning"], err=True)
    if not answer["sent"]:
        fail(answer["reason"] or "not every channel took it")


def _client(settings: BackendSettings, backend_url: str, timeout_sec: float) -> httpx.Client:
    headers = {}
    if key := key_for(backend_url, settings.api_key, settings.data_dir):
        headers["Authorization"] = f"Bearer {key.get_secret_value()}"
    return httpx.Client(
        base_url=backend_url,
        headers=headers,
        timeout=timeout_sec,
        verify=trusted(),
        trust_env=False,
    )


def _ask(http: httpx.Client, method: str, path: str, **options: Any) -> Any:
    try:
        answer = http.request(method, path, **options)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        fail(f"the server at {http.base_url} does not answer ({type(error).__name__})")
    if answer.status_code != httpx.codes.OK:
        fail(f"the server at {http.base_url} answers {answer.status_code}: {_message(answer)}")
    return answer.json()


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, LookupError, TypeError):
        return "expected a Dolbom server there"


def _show(letters: list[dict[str, Any]], zone: ZoneInfo | None) -> None:
    for letter in letters:
        at = datetime.fromtimestamp(letter["at"], zone)
        what = f"{letter['label']} {letter['camera_id']}".strip()
        why = f"{letter['channel']}: {letter['reason']}"
        typer.echo(f"{letter['key']}  {at:%Y-%m-%d %H:%M}  {what}  {why}")
    if not letters:
        typer.echo("every alert of the last week was delivered, or is on its way")


def _send(answer: dict[str, list[str]], keys: list[str] | None) -> None:
    for key in answer["keys"]:
        typer.echo(f"{key} is sent again")
    unknown = [key for key in keys or [] if key not in answer["keys"]]
    if unknown:
        fail(f"no dead letter to send again: {', '.join(unknown)}")
    if not answer["keys"]:
        typer.echo("there was nothing to send again")


def main() -> None:
    """Entry point of `resend-alerts`."""
    run(_resend)


def main_test() -> None:
    """Entry point of `send-test-alert`."""
    run(_send_test)
