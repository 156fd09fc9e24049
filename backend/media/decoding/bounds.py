"""What the process of one picture may cost; the kernel holds it to that."""

import math
import resource
import time
import warnings
from pathlib import Path

from PIL import Image

ADDRESS_BYTES = 68 * 2**20
"""Beyond what the process has before it opens the picture; less than 60 MB of it are touched."""
CPU_SEC = 2
FILE_BYTES = 51 * 2**20
MAX_PIXELS = {
    "JPEG": 100_000_000,  # it is decoded at an eighth of its sides
    "PNG": 12_600_000,
    "HEIF": 12_600_000,
    "TIFF": 12_600_000,
    "WEBP": 3_700_000,  # the decoder holds it four times
}


def hold() -> None:
    """Let nothing that follows cost more."""
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    spent = math.ceil(time.process_time())
    bounds = {
        resource.RLIMIT_AS: held + ADDRESS_BYTES,
        resource.RLIMIT_CPU: spent + CPU_SEC,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for bound, value in bounds.items():
        resource.setrlimit(bound, (value, value))
    Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    warnings.filterwarnings("ignore", module=r"PIL\.", category=UserWarning)
