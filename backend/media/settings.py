"""What can be set of the place where pictures lie."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from common import settings
from common.settings import BaseUrl, SettingError

LOCAL = "file:"
MEDIA_KEY = re.compile(r"[0-9a-fA-F]{64}")
S3_URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?")


class Encryption(StrEnum):
    """Whether files are encrypted where they lie."""

    ON = "on"
    OFF = "off"


def _storage_url(value: str) -> str:
    if value != LOCAL and not S3_URL.fullmatch(value):
        raise ValueError(f"expected {LOCAL}, or s3:// and the name of a bucket")
    return value


def _media_key(value: SecretStr) -> SecretStr:
    if not MEDIA_KEY.fullmatch(value.get_secret_value()):
        raise ValueError("expected 64 hexadecimal digits")
    return value


class MediaSettings(settings.Settings):
    """Servers and workers need the same."""

    storage_url: Annotated[str, AfterValidator(_storage_url)] = LOCAL
    media_encryption: Encryption = Encryption.ON
    media_key: Annotated[SecretStr, AfterValidator(_media_key)] | None = None
    s3_endpoint: BaseUrl | None = None
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None

    @property
    def bucket(self) -> str | None:
        """That of an S3 store, None for a folder of this machine."""
        found = S3_URL.fullmatch(self.storage_url)
        return found["bucket"] if found else None

    @property
    def puts_to(self) -> str | None:
        """The origin of the S3 store to which browsers bring pictures; None for this server."""
        if self.bucket is None:
            return None
        if self.s3_endpoint is None:
            return f"https://{self.bucket}.s3.{self.s3_region}.amazonaws.com"
        return "/".join(str(self.s3_endpoint).split("/")[:3])

    @property
    def is_encrypted(self) -> bool:
        """Whether files are to be encrypted where they lie."""
        return self.media_encryption is Encryption.ON

    def s3_keys(self) -> tuple[str, str]:
        """The name and the secret that the S3 store knows us by; raises SettingError."""
        if self.s3_access_key is None:
            raise SettingError("S3_ACCESS_KEY", "expected one, for an address of s3")
        if self.s3_secret_key is None:
            raise SettingError("S3_SECRET_KEY", "expected one, for an address of s3")
        return self.s3_access_key.get_secret_value(), self.s3_secret_key.get_secret_value()
