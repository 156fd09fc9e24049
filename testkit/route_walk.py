"""All operations and pages of a server, with somebody else's ids wherever one can stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from testkit.page_forms import form_of

Json = Any
PARAMETER = re.compile(r"\{([^}:]+)(?::path)?\}")
METHODS = ("GET", "HEAD", "PATCH", "PUT", "POST", "DELETE")
NAMES = (
    "activity camera", "api job_id", "ask camera", "camera_id", "channels number",
    "comments before", "comparison_id", "contact_id", "conversation_id", "dataset_id",
    "dataset_version_id", "datasets version_id", "deployment_id", "export_id", "household_id",
    "image_id", "images before", "images key", "images notes_before", "images subject_id",
    "incident_id", "incidents number", "incidents subject_id", "job_id", "jobs before", "key_id",
    "look_id", "number", "person_id", "session_id", "sha256", "styles notes_before",
    "styles subject_id", "training before", "upload_id", "version_id", "visit_id",
)  # fmt: skip
"""Of what a household may have; `images before` is what a list of pictures takes."""


@dataclass(frozen=True)
class Operation:
    """A method and a path as the application has it, and how it is described, if it is."""

    method: str
    path: str
    described: Mapping[str, Any]
    """Nothing where browsers alone ask for it."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}{' (page)' if self.is_page else ''}"

    @property
    def is_page(self) -> bool:
        """Whether browsers alone ask for it."""
        return not self.described


@dataclass(frozen=True)
class Filled:
    """One operation, filled in."""

    operation: Operation
    path: str
    options: Mapping[str, Any]


def operations(app: FastAPI) -> list[Operation]:
    """Each of the application; what reads stands first."""
    described = app.openapi()["paths"]
    found = [
        Operation(method, str(route.path), _described(described, method, route))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
    ]
    return sorted(found, key=lambda it: (METHODS.index(it.method), it.path))


def filled(operation: Operation, names: Mapping[str, str]) -> Filled:
    """The operation with these names wherever it takes one; raises KeyError where none is known."""
    path = PARAMETER.sub(lambda found: _in_path(operation.path, found[1], names), operation.path)
    options: dict[str, Any] = {"params": dict(_query(operation, names))}
    if operation.is_page:
        options["headers"] = {"Accept": "text/html"}
        if operation.method == "POST":
            options["data"] = form_of(operation.path, names)
        else:
            options["params"] = dict(_of_page(operation, names))
    elif (example := _example(operation)) is not None:
        options["json"] = replaced(example, names)
    elif operation.method == "PATCH":
        options["headers"] = HEADERS
    return Filled(operation, path, options)


def replaced(example: Json, names: Mapping[str, str], name: str = "") -> Json:
    """The example of a body, in which each id is one of `names`."""
    if name in OWN:
        return OWN[name]
    if isinstance(example, dict):
        of = names.get("version_id") if name == "shares" else None
        return {of or key: replaced(it, names, key) for key, it in example.items()}
    if isinstance(example, list):
        return [replaced(it, names, EACH.get(name, name)) for it in example]
    known = names.get(name)
    return example if known is None else type(example)(known)


FIXED = {
    "channels kind": "ntfy",
    "conversation_id": "nobodys",
    "images name": "blur_faces",
    "invitation code": "nobodys-code",
    "model": "eclo",
    "recipe": "fall-lstm",
    "size": "17",
    "static name": "app.css",
    "static version": "1",
    "token": "nobodys-link",
    "tools name": "group_by",
    "version": "1",
}
"""What stands in addresses and is no household's: what is for whoever has a link, too."""
OWN = {"old": "not her password"}
"""What stands in bodies, so that who asks can go on."""
QUERIES = {"type": "image/jpeg"}
HEADERS = {"Upload-Offset": "0"}
MISSING: Mapping[str, Json] = {"/comments/{number}": {"edited_at": None}}
"""What examples lack, since there may be nothing in it."""
EACH = {
    "after": "image_id",
    "before": "image_id",
    "dataset_versions": "dataset_version_id",
    "version_ids": "version_id",
}
"""What each of a list is."""


def _described(described: Json, method: str, route: Any) -> Mapping[str, Any]:
    if not route.original_route.include_in_schema:
        return {}
    methods = described.get(route.path.replace(":path", ""), {})
    found: Mapping[str, Any] = methods.get(method.lower(), {})
    return found


def _in_path(path: str, name: str, names: Mapping[str, str]) -> str:
    """What stands there: the same name is another thing in another room."""
    of_room = f"{path.split('/')[1]} {name}"
    known = names.get(of_room) or names.get(name) or FIXED.get(of_room) or FIXED.get(name)
    return known or names[name]


def _of_page(operation: Operation, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Nothing describes what a page takes in its address: all that may be meant there."""
    for name, value in names.items():
        room, _, meant = name.rpartition(" ")
        if room in ("", operation.path.split("/")[1]):
            yield meant, value


def _query(operation: Operation, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    parts = operation.path.split("/")
    room = parts[-1] if parts[-1] == "comments" else parts[1]
    for one in operation.described.get("parameters", ()):
        name = one["name"]
        value = names.get(f"{room} {name}") or names.get(name)
        value = value or QUERIES.get(name)
        if one["in"] == "query" and value:
            yield name, value
        elif one["in"] == "query" and one["required"]:
            yield name, str(one["schema"].get("examples", ["1"])[0])


def _example(operation: Operation) -> Json:
    content = operation.described.get("requestBody", {}).get("content", {})
    example = content.get("application/json", {}).get("example")
    missing = MISSING.get(operation.path)
    return example | missing if example and missing else example
