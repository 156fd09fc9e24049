"""The API docs: a page that asks no other host, and examples that are true."""

import re
from typing import Any

import httpx2 as httpx
import pytest

Json = dict[str, Any]
METHODS = {"get", "post", "put", "patch", "delete"}
REFUSALS = {"401", "403", "429"}
ANOTHER_HOST = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")


def described(server: Any) -> Json:
    document: Json = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()
    return document


def operations(document: Json) -> list[tuple[str, str, Json]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def first_what_changes(operation: tuple[str, str, Json]) -> bool:
    return operation[0] == "get"


def example(content: Json) -> Any:
    """Of JSON, or of the one other kind that there is."""
    (media_type, *_) = sorted(content["content"], key=lambda kind: kind != "application/json")
    return content["content"][media_type]["example"]


def shape(value: Any) -> Any:
    """The names in `value` that say something, at each depth; of a list those of its first."""
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items() if entry is not None}
    return [shape(value[0])] if isinstance(value, list) and value else None


def asked(server: Any, method: str, path: str, operation: Json) -> httpx.Response:
    """What the server answers to the example of a route."""
    parameters = {
        one["name"]: one["schema"]["examples"][0]
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one["required"]
    }
    body = example(operation["requestBody"]) if "requestBody" in operation else None
    answer: httpx.Response = server.http.request(
        method, path.replace("{camera_id}", "hall"), params=parameters, json=body
    )
    return answer


def test_page_and_its_files_come_from_this_server_only(common_server: Any) -> None:
    page = httpx.get(f"{common_server.url}/docs", trust_env=False)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert not ANOTHER_HOST.search(page.text)
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(files) == 4
    for file in files:
        answer = httpx.get(f"{common_server.url}/{file}", trust_env=False)
        assert (answer.status_code, bool(answer.content)) == (200, True), file


def test_key_is_described_so_that_the_page_can_be_given_one(common_server: Any) -> None:
    document = described(common_server)
    ((name, scheme),) = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert document["security"] == [{name: []}]


def test_every_route_names_its_example_and_its_refusals(common_server: Any) -> None:
    found = operations(described(common_server))
    assert len(found) > 15
    for method, path, operation in found:
        assert method in METHODS
        assert example(operation["responses"]["200"]) is not None, path
        assert operation["responses"].keys() >= REFUSALS, path
        if "requestBody" in operation:
            assert example(operation["requestBody"]) is not None, path
            assert operation["responses"].keys() >= {"400", "413", "415", "422"}, path


@pytest.mark.parametrize(
    "path",
    [
        "/behavior/analyze", "/event/payload", "/event/payloads", "/event/recent",
        "/event/incidents", "/echo", "/api/v1/predict", "/api/v1/health", "/alerts/test",
        "/cameras", "/cameras/{camera_id}/zones", "/activity",
        "/push/key", "/jobs", "/images", "/api/chat/conversations", "/api/chat/usage",
        "/debug/kakao/token-check", "/debug/kakao/send-test",
    ],
)  # fmt: skip
def test_what_an_example_asks_is_answered_as_the_example_answers(
    common_server: Any, path: str
) -> None:
    document = described(common_server)
    for method, found, operation in sorted(operations(document), key=first_what_changes):
        if found == path:
            answer = asked(common_server, method, path, operation)
            assert answer.status_code == 200, (method, answer.text)
            wanted, given = example(operation["responses"]["200"]), answer.json()
            assert not given or shape(given) == shape(wanted), (method, given)


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/behavior/analyze", "application/x-npy"),
        ("/api/v1/predict", "multipart/form-data"),
    ],
)
def test_every_kind_of_body_is_described(common_server: Any, path: str, other: str) -> None:
    operation = described(common_server)["paths"][path]["post"]
    assert set(operation["requestBody"]["content"]) == {"application/json", other}
