"""Opens the place where pictures lie, for the server and for its workers."""

import logging
from pathlib import Path

from backend.media.drivers.driver import Driver
from backend.media.drivers.local import LocalDriver
from backend.media.drivers.media_key import NAME, MediaKey
from backend.media.settings import MediaSettings
from backend.media.signing import PutSigner
from common.settings import SettingError

logger = logging.getLogger(__name__)

FOLDER = "media"
"""Below DATA_DIR."""
LACKS_BOTO3 = "s3 needs boto3, which is not installed: `uv sync --extra s3`"


def open_driver(settings: MediaSettings, data_dir: Path) -> Driver:
    """That of STORAGE_URL. Nobody is asked anything yet; raises SettingError."""
    media_key = MediaKey(data_dir / NAME)
    if settings.bucket is not None:
        return _open_s3(settings, settings.bucket, media_key)
    folder, is_encrypted = data_dir / FOLDER, settings.is_encrypted
    return LocalDriver(folder, media_key, PutSigner(media_key), is_encrypted=is_encrypted)


def _open_s3(settings: MediaSettings, bucket: str, media_key: MediaKey) -> Driver:
    try:
        from backend.media.drivers.s3 import S3Driver
        from backend.media.drivers.s3_client import open_client
    except ModuleNotFoundError:
        raise SettingError("STORAGE_URL", LACKS_BOTO3) from None
    client = open_client(settings.s3_endpoint, settings.s3_region, *settings.s3_keys())
    is_private = client.meta.endpoint_url.startswith("https:")
    if settings.is_encrypted and not is_private:
        logger.warning(
            "S3_ENDPOINT is http: pictures are sent there in the clear, and lie so unless the "
            "bucket encrypts by itself"
        )
    return S3Driver(client, bucket, media_key if settings.is_encrypted and is_private else None)
