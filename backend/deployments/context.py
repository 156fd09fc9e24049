"""What a container of one version is built of: its server, code, requirements and files."""

import importlib.metadata
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import backend
import contract
import modeling

PARTS = {"backend": backend, "contract": contract, "modeling": modeling}
TEMPLATE = Path(__file__).with_name("container")
TEMPLATE_FILES = ("Dockerfile", "README.md", "serve.py")
NEEDED = ("fastapi", "numpy", "onnxruntime", "pillow", "pydantic", "starlette", "uvicorn")
REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
CODE = (
    "backend/__init__.py",
    "backend/errors.py",
    "backend/deployments/__init__.py",
    "backend/deployments/container/__init__.py",
    "backend/deployments/container/pictures.py",
    "backend/deployments/container/windows.py",
    "backend/vision/__init__.py",
    "backend/vision/decode.py",
    "backend/vision/errors.py",
    "backend/vision/jpeg.py",
    "backend/vision/prepared.py",
    "contract/__init__.py",
    "contract/analysis.py",
    "contract/events.py",
    "contract/layout.py",
    "contract/names.py",
    "contract/trouble.py",
    "contract/vision.py",
    "modeling/__init__.py",
    "modeling/perception/__init__.py",
    "modeling/perception/detector/__init__.py",
    "modeling/perception/detector/checkpoint.py",
    "modeling/perception/detector/detector.py",
    "modeling/perception/detector/onnx_session.py",
    "modeling/perception/images/__init__.py",
    "modeling/perception/images/camera_health.py",
    "modeling/perception/images/model.py",
    "modeling/perception/images/own_labels.py",
    "modeling/perception/images/posture.py",
    "modeling/perception/images/registry.py",
    "modeling/perception/images/task.py",
)
"""Of this installation, so that a container says what the endpoint says."""


def context_files(files: Mapping[str, bytes], digests: Mapping[str, str]) -> dict[str, bytes]:
    """All files of the context by their paths; `files` are those of the version."""
    context = {name: (TEMPLATE / name).read_bytes() for name in TEMPLATE_FILES}
    context |= {path: _code(path) for path in CODE}
    context["requirements.txt"] = "".join(f"{line}\n" for line in pinned(NEEDED)).encode()
    context["files.json"] = (json.dumps(dict(digests), indent=1) + "\n").encode()
    return context | {f"model/{name}": content for name, content in files.items()}


def pinned(names: tuple[str, ...]) -> list[str]:
    """These packages and all that they need, as they are installed here."""
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name.lower() not in found:
            found[name.lower()] = importlib.metadata.version(name)
            waiting.extend(_needs(name))
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _needs(name: str) -> Iterator[str]:
    """What is needed here: what other systems or extras need is mostly not installed."""
    for line in importlib.metadata.requires(name) or []:
        needed = REQUIREMENT.match(line)
        if needed and "extra ==" not in line and _is_installed(needed[0]):
            yield needed[0].replace("_", "-")


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _code(path: str) -> bytes:
    (root,) = PARTS[path.partition("/")[0]].__path__
    return (Path(root).parent / path).read_bytes()
