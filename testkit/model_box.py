"""The model of a camera box, alone, and in a process that is killed at a step of a swap."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2 as httpx
from pydantic import HttpUrl

from agent.config import AgentSettings
from agent.model.fetcher import ADDRESS, ModelFetcher
from agent.model.opening import open_model
from agent.model.serving import ServingModel
from agent.model.trial import SanityWindows, TrialFailed, check_plausible
from agent.packages.client import PackageClient
from agent.packages.shelf import Shelf
from agent.packages.trust import PinnedKey
from contract.versions import DETECTOR
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector
from testkit.forked import forking

STEPS = {
    "pinned": "agent.packages.trust.PinnedKey.pin",
    "numbered": "agent.packages.shelf.Shelf.note",
    "place": "agent.packages.shelf.Shelf.empty_place",
    "downloaded": "agent.packages.client.PackageClient._download",
    "tried": "testkit.model_box.try_here",
    "written": "agent.packages.shelf.write_durably",
    "settled": "agent.packages.shelf.Shelf.settle",
    "swapped": "agent.model.serving.ServingModel.swap",
    "noted": "agent.packages.shelf.Shelf.remove_others",
}
"""After which call the process is killed, in the order in which they come."""


def try_here(folder: Path) -> None:
    """As `try_in_own_process`, without the time that a process takes to start."""
    try:
        check_plausible(Detector.load(folder), SanityWindows.load())
    except CheckpointError as error:
        raise TrialFailed(str(error)) from error


def opened_box(data_dir: Path, checkpoint: Path, url: str) -> tuple[ServingModel, ModelFetcher]:
    """The model of a box that is about to ask, with its fetcher, which does not run."""
    settings = AgentSettings(
        data_dir=data_dir,
        model_checkpoint_path=checkpoint,
        backend_base_url=HttpUrl(url),
    )
    shelf = Shelf(data_dir / "model")
    model = open_model(settings, shelf)
    if model is None:
        raise RuntimeError("expected a checkpoint that loads")
    client = httpx.Client(base_url=url, trust_env=False)
    packages = PackageClient(client, ADDRESS, DETECTOR, shelf, PinnedKey(data_dir))
    # Found when it is called: a step replaces it.
    return model, ModelFetcher(packages, model, shelf, try_version=lambda it: try_here(it))


def _killed_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> None:
        function(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    return call


def _killed(step: str, data_dir: Path, checkpoint: Path, url: str) -> None:
    owner, _, name = STEPS[step].rpartition(".")
    module, _, kind = owner.rpartition(".")
    holder = sys.modules.get(owner) or getattr(sys.modules[module], kind)
    with patch(STEPS[step], _killed_after(getattr(holder, name))):
        opened_box(data_dir, checkpoint, url)[1].round()


def killed_after(step: str, data_dir: Path, checkpoint: Path, url: str) -> int | None:
    """Let a box ask once, and be killed after this one of `STEPS`; its exit code."""
    process = forking.Process(target=_killed, args=(step, data_dir, checkpoint, url))
    process.start()
    process.join()
    return process.exitcode
