"""A small sample record for tests, made once a process: ten simulated days of two cameras."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from starlette.testclient import TestClient

from backend.app import create_app
from backend.config import BackendSettings
from backend.sample.plan import SampleWanted
from backend.sample.service import make_sample, read_truth
from backend.sample.truth import Truth
from backend.sample.words import CAREGIVER, OWNER, PASSWORD
from testkit.asked_home import ADDRESS, KEY, NOWHERE, URL, AskedHome

WANTED = SampleWanted(last=date(2026, 11, 22), days=10, cameras=2)


@dataclass(frozen=True)
class SampleHome:
    """A DATA_DIR of one's own with the record, and what is true of it."""

    data_dir: Path
    truth: Truth


@cache
def made() -> Path:
    """The record that all tests of this process share: read it, and write nothing to it."""
    folder = Path(tempfile.mkdtemp(prefix="sample-home-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_sample(folder, WANTED)
    return folder


def sample_home(data_dir: Path) -> SampleHome:
    """A copy of the record in `data_dir`, which is not there yet: to be opened and changed."""
    shutil.copytree(made(), data_dir)
    return SampleHome(data_dir, read_truth(data_dir))


@contextmanager
def opened(home: SampleHome, **settings: Any) -> Iterator[AskedHome]:
    """The application on it while the context lasts, and its people."""
    made_settings = BackendSettings(
        _env_file=None,
        data_dir=home.data_dir,
        api_key=SecretStr(KEY),
        ntfy_url=NOWHERE,
        **settings,
    )
    app = create_app(made_settings)
    with TestClient(app, URL, client=ADDRESS, follow_redirects=False) as http:
        asked = AskedHome(app, http, {"household": KEY, "stranger": None})
        for who, login in (("owner", OWNER), ("caregiver", CAREGIVER)):
            shown = {"login": login, "password": PASSWORD}
            answer = asked.ask("stranger", "POST", "/auth/login", json=shown)
            asked.keys[who] = answer.raise_for_status().json()["access_token"]
        yield asked
