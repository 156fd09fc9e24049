"""Opens the place where pictures lie, for the server and for its workers."""

import logging
from pathlib import Path

from backend.media.drivers.driver import Driver
from backend.media.drivers.local import LocalDriver
from backend.media.drivers.media_key import NAME, MediaKey
from backend.media.settings import S3_URL, MediaSettings
from backend.media.signing import PutSigner
from common.settings import SettingError

logger = logging.getLogger(__name__)

FOLDER_URL = "file://"
FOLDER = "media"
"""Below DATA_DIR."""
LACKS_BOTO3 = "s3 needs boto3, which is not installed: `uv sync --extra s3`"


def open_record_store(settings: MediaSettings, url: str, data_dir: Path) -> Driver:
    """The place of RECORD_STORE, in the clear: servers may each have a key of their own.

    Nobody is asked anything yet; raises SettingError.
    """
    if found := S3_URL.fullmatch(url):
        return _open_s3(settings, found["bucket"], None)
    media_key = MediaKey(data_dir / NAME, settings.media_key)
    folder = Path(url.removeprefix(FOLDER_URL))
    return LocalDriver(folder, media_key, PutSigner(media_key), is_encrypted=False)


def open_driver(settings: MediaSettings, data_dir: Path) -> Driver:
    """That of STORAGE_URL. Nobody is asked anything yet; raises SettingError."""
    media_key = MediaKey(data_dir / NAME, settings.media_key)
    if settings.bucket is not None:
        return _open_s3(settings, settings.bucket, media_key if settings.is_encrypted else None)
    folder, is_encrypted = data_dir / FOLDER, settings.is_encrypted
    return LocalDriver(folder, media_key, PutSigner(media_key), is_encrypted=is_encrypted)


def _open_s3(settings: MediaSettings, bucket: str, media_key: MediaKey | None) -> Driver:
    try:
        from backend.media.drivers.s3 import S3Driver
        from backend.media.drivers.s3_client import open_client
    except ModuleNotFoundError:
        raise SettingError("STORAGE_URL", LACKS_BOTO3) from None
    client = open_client(settings.s3_endpoint, settings.s3_region, *settings.s3_keys())
    is_private = client.meta.endpoint_url.startswith("https:")
    if media_key and not is_private:
        logger.warning(
            "S3_ENDPOINT is http: pictures are sent there in the clear, and lie so unless the "
            "bucket encrypts by itself"
        )
    return S3Driver(client, bucket, media_key if is_private else None)
