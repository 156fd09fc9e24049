"""The code that a result follows from: a module, and all that it imports, found by reading it."""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

OURS = frozenset({"common", "contract", "modeling"})


def sources(*modules: str) -> dict[str, Path]:
    """The files of some modules and of all of ours that they import, directly or not, by module.

    The packages that hold them are among them, since importing a module runs these too.
    """
    found: dict[str, Path] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name in found or (path := _file_of(name)) is None:
            continue
        found[name] = path
        waiting += [each for each in imported(path) if each.partition(".")[0] in OURS]
        waiting += [package] if (package := name.rpartition(".")[0]) else []
    return found


def digest_code(files: dict[str, Path]) -> str:
    """Changes with any byte of the files, and with the name of any."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def libraries(files: dict[str, Path]) -> dict[str, str]:
    """The versions of the packages of others that the files import, by the package's name."""
    tops = {name.partition(".")[0] for path in files.values() for name in imported(path)}
    distributions = _distributions()
    return {
        name: version(name)
        for name in sorted({d for top in tops - OURS for d in distributions.get(top, ())})
    }


@cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()  # reads every package's files: seconds


def imported(path: Path) -> Iterator[str]:
    """Every name that a file imports: a module's, or that of something in one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _file_of(name: str) -> Path | None:
    """The file of a module of ours, found without importing it; None where there is none."""
    top, *rest = name.split(".")
    spec = find_spec(top)
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder, *rest)
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if file.is_file():
                return file
    return None
