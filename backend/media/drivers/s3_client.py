"""A client of an S3 store, as AWS, MinIO and Garage all understand it."""

from typing import Any

import boto3
from botocore.config import Config

CONNECT_SEC, READ_SEC = 5, 20
TRIES = 2


def open_client(endpoint: str | None, region: str, access_key: str, secret_key: str) -> Any:
    """A client; without an `endpoint` that of AWS in this region. Nobody is asked anything.

    Checksums in trailers are left out, which other stores refuse; and but for AWS the bucket is a
    part of the path, since a name of its own needs a DNS that knows it. At AWS the region is in the
    address, since a signed one is not good for where it would be redirected to.
    """
    style = "path" if endpoint else "virtual"
    config = Config(
        signature_version="s3v4",
        connect_timeout=CONNECT_SEC,
        read_timeout=READ_SEC,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": style},
    )
    return boto3.session.Session().client(
        "s3",
        region_name=region,
        endpoint_url=endpoint or f"https://s3.{region}.amazonaws.com",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=config,
    )
