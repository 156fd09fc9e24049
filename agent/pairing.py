"""What a camera box got for a code: its camera's name, and a key that opens that camera only.

It is kept in DATA_DIR, for its owner only, and used where the settings do not say otherwise.
"""

import logging
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2 as httpx
from pydantic import (
    BaseModel,
    ConfigDict,
    HttpUrl,
    SecretStr,
    field_serializer,
)

from agent.backend_client import UPLOAD_TIMEOUT_SEC, connect, describe_failure
from agent.config import AgentSettings, CameraSource
from agent.packages.trust import PinnedKey
from common.files import replace_durably
from common.text import one_line
from contract.access import ApiKey
from contract.deployments import Base64
from contract.names import CameraName

logger = logging.getLogger(__name__)

FOLDER = "access"
MAX_SAID = 300
"""Characters of what the server says that are shown."""


class PairingFailed(Exception):
    """The message says in one line why, and what to do."""


class Pairing(BaseModel):
    """What the server answers to a code, and by what address it was asked for what source.

    `source` is what `--source` said beside the code, None where nothing was said. `package_key` is
    what the server signs models by; None of one that says none.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    camera_id: CameraName
    key: ApiKey
    backend_base_url: HttpUrl
    source: CameraSource | None = None
    package_key: Base64 | None = None

    @field_serializer("key")
    def _to_keep(self, key: SecretStr) -> str:
        return key.get_secret_value()


def is_code(text: str) -> bool:
    """Whether these are six digits, blanks and hyphens between them apart."""
    return re.fullmatch(r"[0-9]{6}", re.sub(r"[ -]", "", text)) is not None


def pair_box(settings: AgentSettings, code: str) -> Pairing:
    """Show the server `code`, and keep what it gives for it; raises PairingFailed."""
    path = _path(settings.data_dir)
    try:
        # The code serves once: first a place for what it brings.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (trial := path.with_name("pairing.trial")).touch()
        trial.unlink()
        pairing = _fetch(settings, code)
        if pairing.package_key is not None:
            PinnedKey(settings.data_dir).pin(pairing.package_key)
        replace_durably(path, pairing.model_dump_json().encode())
    except OSError as error:
        raise PairingFailed(f"the key cannot be kept below {settings.data_dir}: {error}") from error
    logger.info("paired with the server at %s as %s", pairing.backend_base_url, pairing.camera_id)
    return pairing


def _fetch(settings: AgentSettings, code: str) -> Pairing:
    url = settings.backend_base_url
    with connect(str(url), None, UPLOAD_TIMEOUT_SEC) as server:
        try:
            answer = server.post("/pairing", json={"code": code})
        except httpx.HTTPError as error:
            raise PairingFailed(
                f"no key from the server at {url}: {describe_failure(error)}"
            ) from error
    if not answer.is_success:
        raise PairingFailed(f"no key from the server at {url}: {_refusal(answer)}")
    source = settings.source if "source" in settings.model_fields_set else None
    try:
        given = answer.json()
        said = {"camera_id": given["camera_id"], "key": given["key"]}
        said["package_key"] = given.get("package_key")
        return Pairing.model_validate(said | {"backend_base_url": url, "source": source})
    except (ValueError, TypeError, KeyError):
        raise PairingFailed(f"what answers at {url} is no server of ours") from None


def kept(data_dir: Path) -> Pairing | None:
    """What was kept; None if nothing was. Raises PairingFailed where it cannot be read."""
    path = _path(data_dir)
    try:
        return Pairing.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise PairingFailed(
            f"{path} cannot be read ({type(error).__name__}): pair the box again, or remove it"
        ) from error


def applied(settings: AgentSettings, pairing: Pairing) -> AgentSettings:
    """The settings, with what was paired in place of what nobody has set; each that wins is named.

    Of several cameras the key opens only one: beside CAMERAS nothing that was paired is used.
    """
    if settings.cameras:
        logger.warning(
            "CAMERAS is set: the key of %s, which was paired, is not used", pairing.camera_id
        )
        return settings
    paired = {
        "api_key": pairing.key,
        "camera_id": pairing.camera_id,
        "backend_base_url": pairing.backend_base_url,
        "source": pairing.source,
    }
    for name in paired.keys() & settings.model_fields_set:
        if getattr(settings, name) != paired[name] and paired[name] is not None:
            logger.warning("%s is set, and is used instead of what was paired", name.upper())
    unset = {
        name: value
        for name, value in paired.items()
        if value is not None and name not in settings.model_fields_set
    }
    return settings.model_copy(update=unset)


def _path(data_dir: Path) -> Path:
    return data_dir / FOLDER / "pairing.json"


def _refusal(answer: httpx.Response) -> str:
    """What the server says, on one line."""
    try:
        said: Any = answer.json()["message"]
    except (ValueError, TypeError, KeyError):
        said = f"it answers {answer.status_code}"
    if answer.status_code == HTTPStatus.NOT_FOUND:
        said = "it pairs no camera boxes: it is another program, or an older version"
    return one_line(str(said), MAX_SAID)
