"""Pictures in a bucket of an S3 store, to which they are put without passing this server."""

import base64
import hashlib
import io
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from backend.media.drivers.driver import Stored
from backend.media.drivers.media_key import MediaKey
from backend.media.drivers.refusals import Refusals
from backend.media.errors import UnknownFile
from contract.media import ImageType, SignedPut

PIECE = 64 * 1024
ALGORITHM = "AES256"
SSE = "x-amz-server-side-encryption-customer-"
IN_THIS_THREAD = TransferConfig(use_threads=False)
ABSENT = {"404", "NoSuchKey"}
BEYOND_ITS_END = {"416", "InvalidRange"}


class S3Driver:
    """The objects of `bucket`. Thread-safe.

    With a `media_key` the store encrypts each by a key that is derived only for it, and that it
    does not keep (SSE-C): who puts a file gets the key of that file with its address. Errors of the
    store are MediaUnavailable, with nothing but their code.
    """

    def __init__(
        self,
        client: Any,
        bucket: str,
        media_key: MediaKey | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client, self._bucket = client, bucket
        self._media_key, self._clock = media_key, clock
        self._reads, self._writes, self._signs = Refusals(), Refusals(), Refusals()

    @property
    def failure(self) -> str | None:
        """What the store refused last, None once it takes and gives something again."""
        return self._writes.last or self._reads.last or self._signs.last

    def signed_put(self, key: str, content_type: ImageType, size: int, until: float) -> SignedPut:
        """An address of the store: type, length and that nothing is there yet are signed too."""
        headers = {
            "Content-Type": content_type.value,
            "Content-Length": str(size),
            "If-None-Match": "*",
        }
        of = {"ContentType": content_type.value, "ContentLength": size, "IfNoneMatch": "*"}
        left = max(1, math.ceil(until - self._clock()))
        with self._asked(self._signs):
            params = self._object(key) | of
            url: str = self._client.generate_presigned_url("put_object", params, left)
            headers |= self._key_headers(key)
        return SignedPut(url=url, headers=headers, expires_at=until)

    def find(self, key: str) -> Stored | None:
        """What is known of a file; None where there is none."""
        try:
            with self._asked(self._reads):
                found = self._client.head_object(**self._object(key))
        except UnknownFile:
            return None
        return Stored(key, found["ContentLength"], found.get("ContentType", ""))

    def read(self, key: str, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from `begin` to `end`, in pieces; raises UnknownFile."""
        if end is not None and end <= begin:
            return iter(())
        last = "" if end is None else end - 1
        with self._asked(self._reads):
            try:
                range_ = {"Range": f"bytes={begin}-{last}"}
                body = self._client.get_object(**self._object(key), **range_)["Body"]
            except ClientError as error:
                if _code_of(error) in BEYOND_ITS_END:
                    return iter(())
                raise
        return self._pieces(body)

    def write(self, key: str, content: Iterable[bytes], content_type: str) -> Stored:
        """Keep a file, whole or not at all, in the place of one that is there."""
        source = _Source(iter(content))
        extra = {"ContentType": content_type, **self._encryption(key)}
        with self._asked(self._writes):
            self._client.upload_fileobj(
                source, self._bucket, key, ExtraArgs=extra, Config=IN_THIS_THREAD
            )
        return Stored(key, source.length, content_type)

    def delete(self, prefix: str) -> int:
        """Delete the file of this key, or all below this folder; how many files there were.

        One at a time: what deletes many at once needs a checksum that stores do not agree on.
        """
        keys = list(self.keys(prefix))
        for key in keys:
            with self._asked(self._writes):
                self._client.delete_object(Bucket=self._bucket, Key=key)
        return len(keys)

    def keys(self, prefix: str) -> Iterator[str]:
        """The file of this key, or all below this folder; all that there are below an empty one."""
        top = prefix.rstrip("/")
        with self._asked(self._reads):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=top
            )
            found = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return (key for key in found if not top or key == top or key.startswith(f"{top}/"))

    def _object(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": key, **self._encryption(key)}

    def _encryption(self, key: str) -> dict[str, Any]:
        """What the client makes the headers of `_key_headers` of."""
        own = self._own_key(key)
        return {"SSECustomerAlgorithm": ALGORITHM, "SSECustomerKey": own} if own else {}

    def _key_headers(self, key: str) -> dict[str, str]:
        """By which whoever puts a file says the key that it is to be encrypted by."""
        own = self._own_key(key)
        if own is None:
            return {}
        digest = hashlib.md5(own, usedforsecurity=False).digest()
        return {
            f"{SSE}algorithm": ALGORITHM,
            f"{SSE}key": base64.b64encode(own).decode(),
            f"{SSE}key-MD5": base64.b64encode(digest).decode(),
        }

    def _own_key(self, key: str) -> bytes | None:
        """That of this object only, None without encryption."""
        return self._media_key.derive(f"object {key}") if self._media_key else None

    def _pieces(self, body: Any) -> Iterator[bytes]:
        try:
            with self._asked(self._reads):
                yield from body.iter_chunks(PIECE)
        finally:
            body.close()

    @contextmanager
    def _asked(self, refusals: Refusals) -> Iterator[None]:
        """Raise MediaUnavailable where the store refuses within the block, or UnknownFile."""
        try:
            with refusals.noted():
                yield
        except ClientError as error:
            if (code := _code_of(error)) in ABSENT:
                raise UnknownFile("no such file") from None
            said = f"the S3 store refuses {error.operation_name}: {code}"
            raise refusals.note(said) from None
        except (BotoCoreError, Boto3Error) as error:
            said = f"the S3 store cannot be reached: {type(error).__name__}"
            raise refusals.note(said) from None


class _Source(io.RawIOBase):
    """Pieces, as a file that is read once; `length` is how much of it was."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest, self.length = pieces, bytearray(), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end."""
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        end = len(self._rest) if size < 0 else size
        taken = bytes(self._rest[:end])
        del self._rest[:end]
        self.length += len(taken)
        return taken


def _code_of(error: ClientError) -> str:
    """By which the store names it; what else it says may name keys."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))
