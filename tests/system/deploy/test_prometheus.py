"""What lies in deploy/prometheus and deploy/grafana, tried by Prometheus itself."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from testkit.figures import names
from testkit.prometheus_server import Prometheus, program, prometheus

KEY = "k3y-of-the-house-of-tests"
METRICS_KEY = "k3y-of-prometheus"
BEAT = {"event_type": "HEARTBEAT", "event_id": "b1", "camera_id": "hall", "state": "watching"}
METRIC = re.compile(r"\b(?:dolbom|process)_\w+")
OF_ITSELF = {"up"}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def deploy(repository: Path) -> Path:
    return repository / "deploy" / "prometheus"


@pytest.fixture(scope="module")
def rules(deploy: Path) -> list[Json]:
    groups = yaml.safe_load((deploy / "dolbom.rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(scope="module")
def panels(repository: Path) -> list[Json]:
    path = repository / "deploy" / "grafana" / "dolbom.json"
    found: list[Json] = json.loads(path.read_text(encoding="utf-8"))["panels"]
    return [panel for panel in found if panel["type"] != "row"]


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any]) -> Any:
    return serve(API_KEY=KEY, METRICS_KEY=METRICS_KEY, CAMERA_SILENT_AFTER=3)


@pytest.fixture(scope="module")
def watched(
    server: Any, deploy: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A server whose one camera has beaten once, and Prometheus, which scrapes it."""
    server.send(BEAT | {"ts": time.time(), "fps": 10.0, "frame_age_sec": 0.1})
    folder = tmp_path_factory.mktemp("prometheus")
    with prometheus(deploy, folder, f"127.0.0.1:{server.port}", METRICS_KEY) as running:
        yield running


def promtool(*arguments: str, folder: Path) -> str:
    """What it says; it must find nothing wrong."""
    ran = subprocess.run(
        [program("promtool"), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_files_are_what_prometheus_takes(deploy: Path, tmp_path: Path) -> None:
    for name in ("prometheus.yml", "dolbom.rules.yml"):
        shutil.copy(deploy / name, tmp_path)
    (tmp_path / "dolbom.key").write_text(KEY)
    promtool("check", "config", "prometheus.yml", folder=tmp_path)
    assert "rules found" in promtool("check", "rules", "dolbom.rules.yml", folder=tmp_path)


def test_each_alert_comes_when_it_is_to(deploy: Path, rules: list[Json]) -> None:
    promtool("test", "rules", "dolbom.rules.test.yml", folder=deploy)
    tests = yaml.safe_load((deploy / "dolbom.rules.test.yml").read_text(encoding="utf-8"))["tests"]
    tried = [each for test in tests for each in test["alert_rule_test"]]
    assert {it["alertname"] for it in tried if "exp_alerts" in it} == {it["alert"] for it in rules}


def test_each_alert_waits_and_says_how_bad_it_is(rules: list[Json]) -> None:
    for rule in rules:
        assert rule["for"]
        assert rule["labels"]["severity"] in {"critical", "warning"}


def test_silent_camera_is_alerted_of_and_the_server_is_not(watched: Prometheus) -> None:
    watched.until_firing("CameraSilent", "hall")
    firing = {name for name, _ in watched.firing()}
    assert (
        firing & {"DolbomDown", "FiguresMissing", "DetectorMissing", "JournalNotDurable"} == set()
    )


def test_every_expression_names_what_the_server_shows(
    server: Any, watched: Prometheus, panels: list[Json], rules: list[Json]
) -> None:
    server.get("/versions").raise_for_status()  # the factory has figures once it is used
    shown = names(server.get("/metrics").text)
    of_panels = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(of_panels) >= 20
    for expression in [*of_panels, *(rule["expr"] for rule in rules)]:
        watched.query(expression.replace("$__rate_interval", "1m"))
        assert set(METRIC.findall(expression)) <= shown, expression


def test_every_figure_is_explained(server: Any, watched: Prometheus, repository: Path) -> None:
    described = {
        line.split(" ")[2]
        for line in server.get("/metrics").text.splitlines()
        if line.startswith("# TYPE dolbom_")
    }
    explained = METRIC.findall((repository / "docs" / "metrics.md").read_text(encoding="utf-8"))
    assert described == {name for name in explained if name.startswith("dolbom_")}


def test_panels_lie_side_by_side_under_two_questions(repository: Path) -> None:
    path = repository / "deploy" / "grafana" / "dolbom.json"
    found = json.loads(path.read_text(encoding="utf-8"))["panels"]
    rows = [panel["title"] for panel in found if panel["type"] == "row"]
    assert rows == ["Are people safe?", "Is the machine well?"]
    taken = [
        (x, y)
        for at in (panel["gridPos"] for panel in found)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) == 23
    assert len({panel["id"] for panel in found}) == len(found)


def test_wrong_key_is_told_as_a_server_that_is_off(
    server: Any, deploy: Path, tmp_path: Path
) -> None:
    with prometheus(deploy, tmp_path, f"127.0.0.1:{server.port}", "another-key-of-16") as running:
        running.until_firing("DolbomDown")
