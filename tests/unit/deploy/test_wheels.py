"""What is locked comes as wheels for both kinds of machine that the images are built on."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

REPOSITORY = Path(__file__).parents[3]
PYTHON = (3, 11)
GLIBC = 36
"""Of Debian 12: 2.36."""
FROM_SOURCE = {"dolbom", "http-ece"}
"""Without any wheel; both are Python alone."""

Package = dict[str, Any]


def locked() -> list[Package]:
    """The packages of uv.lock that Python 3.11 takes."""
    lock = tomllib.loads((REPOSITORY / "uv.lock").read_text(encoding="utf-8"))
    found: list[Package] = lock["package"]
    return [package for package in found if _is_for_python(package)]


def _is_for_python(package: Package) -> bool:
    markers = package.get("resolution-markers", [])
    here = {"python_full_version": "3.11.9"}
    return not markers or any(Marker(marker).evaluate(here) for marker in markers)


def tags_of(machine: str) -> set[Tag]:
    """What such a machine with Debian 12 installs."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    platforms += [f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1")]
    return {
        *cpython_tags(PYTHON, platforms=platforms),
        *compatible_tags(PYTHON, "cp311", platforms),
    }


def wheels_of(package: Package) -> Iterator[frozenset[Tag]]:
    """The tags of each wheel."""
    for wheel in package.get("wheels", []):
        yield parse_wheel_filename(wheel["url"].rpartition("/")[2].replace("%2B", "+"))[3]


def without_wheel(packages: list[Package], machine: str) -> set[str]:
    """Those that such a machine would have to build."""
    tags = tags_of(machine)
    return {
        package["name"]
        for package in packages
        if not any(tags & wheel for wheel in wheels_of(package))
    }


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_each_package_has_a_wheel(machine: str) -> None:
    packages = locked()
    assert len(packages) > 150
    assert without_wheel(packages, machine) <= FROM_SOURCE


def test_control_other_machines_would_have_to_build() -> None:
    missing = without_wheel(locked(), "armv7l")
    assert {"onnxruntime", "duckdb", "scipy"} <= missing
    assert "jinja2" not in missing
