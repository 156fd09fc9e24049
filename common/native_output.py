"""Keeps native libraries from writing into what people read."""

import faulthandler
import os
import sys


def silence_native_stderr() -> None:
    """Send what C and C++ code writes to stderr to nowhere; Python's own stderr stays.

    ONNX Runtime and FFmpeg each write lines of their own there and have no setting
    against it. A crash inside of them still leaves Python's traceback. Call it once, before any
    thread starts and before logging is set up.
    """
    stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = stderr
    faulthandler.enable(file=stderr)
