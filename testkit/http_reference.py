"""docs/http.md, written from what the server says of its own routes."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from pydantic import SecretStr

from backend.app import create_app
from backend.config import BackendSettings

PAGE = Path(__file__).parents[1] / "docs" / "http.md"
COMMAND = "uv run python -m testkit.http_reference"
CAMERA, CAMERA_KEY = "hall", "the-key-of-the-hall"
ANYBODY, OWN_CAMERA, HOUSEHOLD = "anybody", "household, camera", "household"
REFUSALS = (401, 403)
OF_ANY_ROUTE = ("401", "403", "429")
SHOWN_ENTRIES, SHOWN_CHARACTERS = 4, 80
"""Of a list or text in an example, which may be a whole window or picture."""
ERROR = re.compile(r"`(\w+)`: (.*?)(?= `\w+`: |$)")
INTRODUCTION = """\
# HTTP reference

Written by `{command}` from the server's own description.
A running server has it at `/openapi.json` and shows it at `/docs`. Do not edit this page by hand.

Bodies and answers are JSON unless a route says otherwise. The key is sent in a header:

    curl -H "Authorization: Bearer $API_KEY" "http://127.0.0.1:8000/event/recent?limit=5"

Who may call a route:

- **anybody**: no key is needed.
- **household**: the server's `API_KEY`, or a person who is logged in. Everybody reads; caregivers
  answer incidents; owners may do everything.
- **household, camera**: also the key of one camera, from `CAMERA_KEYS`, for that camera.

More: [events.md](events.md) has the fields of an event, [gateway.md](gateway.md) the live events
and predictions over socket.io, [operations.md](operations.md#who-may-talk-to-the-server) the
limits on rates and sizes.
"""
ERRORS = """
## Errors

An error is `{"code", "message"}` with its status. `message` says what was expected. Every route may
answer 401, 403 and 429. Nothing that a client sends makes a 500.
"""


@dataclass(frozen=True)
class Route:
    """A method of a path, as OpenAPI describes it, and who may call it."""

    method: str
    path: str
    described: dict[str, Any]
    caller: str

    @property
    def title(self) -> str:
        """How people write it."""
        return f"{self.method} {self.path}"


def http_reference() -> str:
    """The page for today's server. The server starts in a folder that is removed again."""
    with TemporaryDirectory() as folder:
        settings = BackendSettings(
            data_dir=Path(folder),
            api_key=SecretStr("the-key-of-the-household"),
            camera_keys={CAMERA: SecretStr(CAMERA_KEY)},
        )
        return _page(asyncio.run(_routes(create_app(settings))))


async def _routes(app: FastAPI) -> list[Route]:
    described = sorted(app.openapi()["paths"].items())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        return [
            Route(method.upper(), path, operation, await _caller(client, method, path))
            for path, methods in described
            for method, operation in methods.items()
        ]


async def _caller(client: httpx.AsyncClient, method: str, path: str) -> str:
    """Who is let in, by asking: without a body, so that nothing is done."""
    url = re.sub(r"\{\w+\}", CAMERA, path)
    if (await client.request(method, url)).status_code not in REFUSALS:
        return ANYBODY
    key = {"Authorization": f"Bearer {CAMERA_KEY}"}
    refused = (await client.request(method, url, headers=key)).status_code in REFUSALS
    return HOUSEHOLD if refused else OWN_CAMERA


def _page(routes: list[Route]) -> str:
    parts = [
        INTRODUCTION.format(command=COMMAND),
        "## Routes\n",
        *_table("call | who | does", (_row(route) for route in routes)),
        *(line for route in routes for line in _section(route)),
        ERRORS,
        *_table("status | code | means", sorted({e for route in routes for e in _errors(route)})),
    ]
    return "\n".join(parts) + "\n"


def _row(route: Route) -> tuple[str, ...]:
    return f"[`{route.title}`](#{_anchor(route)})", route.caller, _paragraphs(route)[0]


def _anchor(route: Route) -> str:
    """The one that GitHub gives to the heading."""
    return re.sub(r"[^\w-]", "", route.title.lower().replace(" ", "-"))


def _section(route: Route) -> Iterator[str]:
    yield f"\n## {route.title}\n"
    yield "\n\n".join([*_paragraphs(route), f"Who: {route.caller}."])
    if parameters := route.described.get("parameters"):
        yield "\n" + "\n".join(_table("parameter | in | is", map(_parameter, parameters)))
    body = route.described.get("requestBody", {"content": {}})
    for media_type, content in body["content"].items():
        yield f"\nBody, `{media_type}`. {_fields(content['schema'])}".rstrip()
        yield from _example(content)
    for media_type, content in route.described["responses"]["200"]["content"].items():
        yield f"\nAnswer, `{media_type}`:"
        yield from _example(content)
    if own := [
        f"{status} `{code}`" for status, code, _ in _errors(route) if status not in OF_ANY_ROUTE
    ]:
        yield f"\nErrors of its own: {', '.join(own)}."


def _paragraphs(route: Route) -> list[str]:
    return [" ".join(text.split()) for text in route.described["description"].split("\n\n")]


def _parameter(described: dict[str, Any]) -> tuple[str, ...]:
    schema = described["schema"]
    says = ["required" if described["required"] else "optional"]
    says += [
        f"{word} {schema[word]}" for word in ("default", "minimum", "maximum") if word in schema
    ]
    says += [f"such as `{example}`" for example in schema.get("examples", [])]
    return f"`{described['name']}`", described["in"], ", ".join(says)


def _fields(schema: dict[str, Any]) -> str:
    """The names in an object's schema, and which of them it must have."""
    required = schema.get("required", [])
    optional = [name for name in schema.get("properties", {}) if name not in required]
    parts = [("Required", required), ("Optional", optional)]
    return " ".join(
        f"{word}: {', '.join(f'`{name}`' for name in names)}." for word, names in parts if names
    )


def _example(content: dict[str, Any]) -> Iterator[str]:
    if "example" in content:
        text = json.dumps(_shortened(content["example"]), ensure_ascii=False)
        yield f"\n```json\n{text}\n```"


def _shortened(value: Any) -> Any:
    """An example with the beginning of each long list and text."""
    if isinstance(value, dict):
        return {name: _shortened(entry) for name, entry in value.items()}
    if isinstance(value, str):
        return value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}…"
    if not isinstance(value, list):
        return value
    shown = value if len(value) <= SHOWN_ENTRIES else [*value[:2], "…"]
    return [_shortened(entry) for entry in shown]


def _errors(route: Route) -> list[tuple[str, ...]]:
    """Status, code and meaning of each."""
    return [
        (status, code, meaning)
        for status, answer in route.described["responses"].items()
        if status != "200"
        for code, meaning in ERROR.findall(answer["description"])
    ]


def _table(heading: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {heading} |"
    yield "|---" * (heading.count("|") + 1) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    PAGE.write_text(http_reference(), encoding="utf-8")
