"""Opens the model of a camera box: the last one that was good, and who fetches the next."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx2 as httpx

from agent.config import AgentSettings, Inference
from agent.model.fetcher import ADDRESS, ModelFetcher
from agent.model.serving import Loaded, ServingModel
from agent.packages.client import PackageClient
from agent.packages.poller import Poller
from agent.packages.shelf import Shelf
from agent.packages.trust import PinnedKey
from contract.versions import DETECTOR
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector

logger = logging.getLogger(__name__)


@contextmanager
def opened_model(settings: AgentSettings, client: httpx.Client) -> Iterator[ServingModel | None]:
    """The box's own model while the context lasts; None where only the server analyzes.

    Raises CheckpointError where there is none, and nobody else analyzes.
    """
    shelf = Shelf(settings.data_dir / "model")
    model = open_model(settings, shelf)
    if model is None:
        yield None
        return
    packages = PackageClient(client, ADDRESS, DETECTOR, shelf, PinnedKey(settings.data_dir))
    fetcher = ModelFetcher(packages, model, shelf)
    poller = Poller("model", fetcher.round, settings.model_poll_sec)
    poller.start()
    try:
        yield model
    finally:
        poller.stop()


def open_model(settings: AgentSettings, shelf: Shelf) -> ServingModel | None:
    """The last one that was good before the box's own; as `opened_model`, with nobody to fetch."""
    if settings.inference is Inference.REMOTE:
        return None
    chain = [*_fetched(shelf)]
    try:
        chain.append(Loaded(Detector.load(settings.model_checkpoint_path)))
    except CheckpointError as error:
        if not chain and settings.inference is Inference.LOCAL:
            raise
        logger.warning("%s%s", error, "" if chain else "; without the server nothing is analyzed")
    return ServingModel(*chain, on_fall_back=partial(_take_back, shelf)) if chain else None


def _fetched(shelf: Shelf) -> Iterator[Loaded]:
    """Those that served when the box ended, as far as they are still what they were."""
    for version_id in shelf.state.chain:
        if version_id in shelf.bad or not shelf.is_whole(version_id):
            continue
        try:
            yield Loaded(Detector.load(shelf.path(version_id)), version_id)
        except CheckpointError as error:
            logger.warning("version %s does not load: %s", version_id, error)


def _take_back(shelf: Shelf, failed: Loaded, reason: str, still: tuple[str, ...]) -> None:
    """Remember it, so that the next start serves what serves now."""
    try:
        if failed.version_id is not None:
            shelf.mark_bad(failed.version_id, reason)
        shelf.note(chain=still)
    except OSError as error:
        logger.error("what was taken back cannot be noted: %s", error)
