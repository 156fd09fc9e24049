"""Home Assistant itself beside a server and a broker, which are restarted in every order.

    sudo -E uv run --no-sync python -m benchmarks.home_assistant

It needs root, `debootstrap`, `mosquitto` and Debian's mirror, and takes ten minutes. Home Assistant
and the Python that it wants are installed once, in a root at `--folder`. The camera is generated.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.integrations.home_assistant import words
from benchmarks.harness import spread
from testkit.automated_home import CAMERA, HOME, MISSING, AutomatedHome, automated_home
from testkit.container import ROOTS, ContainerFailed
from testkit.home_assistant import UNAVAILABLE
from testkit.home_assistant_itself import LIGHT, LOCK
from testkit.home_assistant_root import HomeAssistantRoot
from testkit.processes import PartFailed

REPOSITORY = Path(__file__).resolve().parents[1]
BLUEPRINTS = REPOSITORY / "deploy" / "home-assistant" / "blueprints"
SCHEMAS = REPOSITORY / "testkit" / "home_assistant_schema.py"
ROOT = ROOTS / "home-assistant"
RIGHT_SEC, RECONNECT_SEC = 10.0, 10.0
"""So soon all is to be right; so often Home Assistant looks whether a broker is back."""
PATIENCE_SEC, LOOK_SEC = 60.0, 0.05


class NotAsPromised(Exception):
    """The message says what was otherwise."""


def main(
    folder: Annotated[Path, typer.Option(help="Where Home Assistant is installed.")] = ROOT,
    mirror: Annotated[str, typer.Option(help="Of Debian; without it debootstrap's.")] = "",
    falls: Annotated[int, typer.Option(min=1, help="How many are answered in it.")] = 10,
) -> None:
    """Show that Home Assistant takes the devices, and how soon it is right after restarts."""
    try:
        root = HomeAssistantRoot(folder)
        root.make(mirror)
        with automated_home(root, BLUEPRINTS) as home:
            typer.echo(_check_schemas(root, home))
            _answer_falls(home, falls)
            _dismiss(home)
            expect(not home.home_assistant.trouble(), "a quiet log", home.home_assistant.trouble())
            _restart(home)
    except (ContainerFailed, NotAsPromised, PartFailed) as failure:
        sys.exit(str(failure))


def _check_schemas(root: HomeAssistantRoot, home: AutomatedHome) -> str:
    """What Home Assistant's schemas say of what the broker has, and of the blueprints."""
    _until(lambda: home.listener.names() == {HOME, CAMERA}, "the devices at the broker")
    command = ("python", "-c", SCHEMAS.read_text(encoding="utf-8"))
    checked = subprocess.run(  # noqa: S603
        root.command(*command, "/config/blueprints/automation/dolbom"),
        input=json.dumps(list(home.listener.devices.values())),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    expect(checked.returncode == 0, "good configs and blueprints", checked.stderr)
    return checked.stdout.strip()


def _answer_falls(home: AutomatedHome, falls: int) -> None:
    """Falls that are seen and answered in Home Assistant, with both automations."""
    _until(home.is_right, "the entities", home.wrong)
    pressed, shown = [_press(home)], []
    _automate(home)
    for _ in range(falls):
        home.turn()
        _until(home.is_right, "nobody on the floor", home.wrong)
        home.switch_off()
        home.turn()
        shown.append(_until(home.is_right, "the fall", home.wrong))
        _until(lambda: home.shows(LIGHT) == "on", "the light")
        pressed.append(_press(home))
        _until(lambda: home.shows(LOCK) == "unlocked", "the open door")
    typer.echo(f"{len(shown)} falls were shown after {spread(shown)} s, light on each time")
    typer.echo(f"{len(pressed)} presses were an answer after {spread(pressed)} s")


def _automate(home: AutomatedHome) -> None:
    """Use both blueprints with the camera, the light and the door."""
    fall, incident, light, lock = map(
        home.entity_id,
        (f"{CAMERA} {words.FALL.en}", f"{CAMERA} {words.INCIDENT.en}", LIGHT, LOCK),
    )
    home.home_assistant.automate(
        {
            "lights_on_at_a_fall.yaml": {"falls": [fall], "lights": {"entity_id": light}},
            "unlock_after_an_answer.yaml": {"incidents": [incident], "door": lock},
        }
    )


def _press(home: AutomatedHome) -> float:
    """Press *acknowledge* as soon as it can be; the seconds until the incident has it.

    A button that is there and not available yet is passed over by Home Assistant.
    """
    name = f"{CAMERA} {words.ACKNOWLEDGE.en}"
    _until(lambda: home.shows(name) not in (MISSING, UNAVAILABLE), f"the button {name}")
    button, began = home.entity_id(name), time.monotonic()
    home.home_assistant.call("button", "press", entity_id=button)
    _until(lambda: home.incident()["state"] == "acknowledged", "an answer")
    return time.monotonic() - began


def _dismiss(home: AutomatedHome) -> None:
    """A fall of which somebody says that it is over, and nothing else, opens no door."""
    home.turn()
    home.switch_off()
    home.turn()
    _until(lambda: home.told() == "start", "the start", home.told)
    home.turn()
    _until(lambda: home.told() == "resolved", "the end", home.told)
    expect(home.shows(LOCK) == "locked", "a locked door", home.shows(LOCK))


def _restart(home: AutomatedHome) -> None:
    """Each part alone, and all in every order; ended in good order, and killed."""
    parts = {"Home Assistant": home.home_assistant, "broker": home.broker, "server": home.server}
    told, shown = [], []
    for way in ("stop", "kill"):
        for count in (1, len(parts)):
            for order in permutations(parts, count):
                at_broker, at_home = _restart_in(home, [parts[name] for name in order], way)
                told.append(at_broker)
                shown.append(at_home)
                typer.echo(f"{way}, start {', '.join(order)}: {at_broker:.2f} s, {at_home:.2f} s")
    typer.echo(f"{len(told)} restarts: the broker was right after {spread(told)} s,")
    soon = sum(it <= RIGHT_SEC for it in shown)
    typer.echo(f"Home Assistant after {spread(shown)} s, within {RIGHT_SEC:.0f} s {soon} times")
    is_kept = max(told) <= RIGHT_SEC and max(shown) <= RIGHT_SEC + RECONNECT_SEC
    expect(is_kept, f"the broker right within {RIGHT_SEC:.0f} s", "later")


def _restart_in(home: AutomatedHome, order: Sequence[Any], way: str) -> tuple[float, float]:
    """Seconds from when the last one runs until the broker is right, and Home Assistant.

    Meanwhile somebody falls or is up again.
    """
    for part in order:
        getattr(part, way)()
    if home.server not in order:
        home.turn()
    for part in order:
        part.start()
        if part is home.server:
            home.turn()
    told = _until(home.is_right_at_broker, "the broker")
    return told, told + _until(home.is_right, "the states", home.wrong)


def _until(
    holds: Callable[[], bool], what: str, found: Callable[[], object] = lambda: "none"
) -> float:
    """Seconds until it holds."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > PATIENCE_SEC:
            expect(False, what, found())
        time.sleep(LOOK_SEC)
    return time.monotonic() - began


def expect(holds: bool, what: str, found: object) -> None:
    """Raises NotAsPromised."""
    if not holds:
        raise NotAsPromised(f"expected {what}, found: {found}")


if __name__ == "__main__":
    typer.run(main)
