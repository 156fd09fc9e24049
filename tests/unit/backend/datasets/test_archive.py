"""The directory of a zip, which is looked at before anything reads it whole."""

import io
import struct

import pytest

from backend.datasets.archive import END, END64, LOCATOR, check_directory
from backend.datasets.errors import UnusableFiles
from testkit.dataset_zips import zipped

FILES = {f"lying/{n}.png": b"x" for n in range(9)}


def check(data: bytes, most_files: int) -> None:
    check_directory(io.BytesIO(data), len(data), most_files)


def test_directory_is_counted_whatever_the_end_says() -> None:
    data = bytearray(zipped(FILES))
    check(bytes(data), 9)
    struct.pack_into("<2H", data, len(data) - 14, 1, 1)
    check(bytes(data), 9)
    with pytest.raises(UnusableFiles, match="at most 8 files in it, got more"):
        check(bytes(data), 8)


@pytest.mark.parametrize("is_located", [True, False])
def test_long_end_counts_only_where_something_leads_to_it(is_located: bool) -> None:
    data = zipped(FILES)
    at = data.rfind(END)
    end64 = struct.pack("<4sQ2H2L4Q", END64, 44, 45, 45, 0, 0, 1, 1, 0, 0)
    locator = struct.pack("<4sLQL", LOCATOR if is_located else b"none", 0, at, 1)
    padded = data[:at] + end64 + locator + data[at:]
    if is_located:  # its directory has no entry
        check(padded, 8)
    else:
        with pytest.raises(UnusableFiles, match="got 9"):
            check(padded, 8)


@pytest.mark.parametrize("length", [2**32 - 1, 10**6])
def test_directory_that_is_longer_than_the_zip_is_refused(length: int) -> None:
    data = bytearray(zipped(FILES))
    struct.pack_into("<I", data, len(data) - 10, length)
    with pytest.raises(UnusableFiles, match="too long"):
        check(bytes(data), 9)
