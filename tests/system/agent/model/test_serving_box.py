"""A real camera box and a real server: the heartbeat says which model serves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from testkit.processes import Part
from testkit.versions import known
from testkit.whole_server import WholeServer

MINUTE = 60.0


@pytest.fixture
def server(tmp_path: Path, make_named_checkpoint: Callable[..., Path]) -> Iterator[WholeServer]:
    """It knows the versions `a` and `b`."""
    (folder := tmp_path / "server").mkdir()
    server = WholeServer(folder, {"MODEL_CHECKPOINT_PATH": "nowhere"})
    known(server.data_dir, *(make_named_checkpoint(tmp_path / name, name) for name in ("a", "b")))
    server.start()
    yield server
    server.kill()


def test_alias_moves_and_the_heartbeat_says_so(
    server: WholeServer,
    start_agent: Callable[..., Part],
    repeated: Callable[[int], Path],
    eventually: Any,
) -> None:
    start_agent(
        source=repeated(60),
        pace="realtime",
        BACKEND_BASE_URL=server.url,
        INFERENCE="local",
        HEARTBEAT_SEC=0.5,
        MODEL_POLL_SEC=0.5,
    )
    with httpx.Client(base_url=server.url, trust_env=False) as http:

        def models() -> list[str]:
            return [it["model"] for it in http.get("/cameras").json()]

        def do(path: str, **body: object) -> str:
            made = http.post(f"/deployments{path}", json=body).raise_for_status().json()
            return str(made["id"])

        eventually(models, MINUTE)
        made = do("", kind="edge", name="boxes", recipe="fall-lstm", shares={"a": 100})
        eventually(lambda: models() == ["a"], MINUTE)
        do(f"/{made}", shares={"b": 100})
        eventually(lambda: models() == ["b"], MINUTE)
        do(f"/{made}/rollback")
        eventually(lambda: models() == ["a"], MINUTE)
        (camera,) = http.get("/cameras").json()
        assert camera["model_failure"] is None
