"""Cameras of this machine, through OpenCV: each driver has its own way, and OpenCV knows them."""

import re
from pathlib import Path

import cv2
import numpy as np

from agent.capture.connection import BrokenPacket, ConnectionLost, Image, Packet, Picture
from modeling.video import silence_decoders

INDEX = re.compile(r"(?:/dev/video)?([0-9]{1,3})")
BROKEN_IN_A_ROW = 10


class Webcam:
    """An open camera; a Connection. `device` is its index ("0"), or a name of its device file."""

    def __init__(self, device: str) -> None:
        """Raises ConnectionLost when it is not there."""
        silence_decoders()
        self._capture = _capture(device)
        self._broken = 0
        if not self._capture.isOpened():
            raise ConnectionLost("it is not plugged in, or another program uses it")

    def receive(self) -> Packet:
        """Wait for the next picture; raises ConnectionLost, BrokenPacket."""
        try:
            is_read, image = self._capture.read()
        except cv2.error:
            is_read = False
        if is_read:
            self._broken = 0
            return _packet(np.asarray(image, dtype=np.uint8))
        self._broken += 1
        if self._broken >= BROKEN_IN_A_ROW:
            raise ConnectionLost("it gives no picture any more")
        raise BrokenPacket

    def close(self) -> None:
        """Let another program use it."""
        self._capture.release()


def _packet(image: Image) -> Packet:
    def decoded(time: float) -> list[Picture]:
        return [Picture(time, lambda: image)]

    return Packet(None, is_key=True, size=image.nbytes, decode=decoded)


def _capture(device: str) -> cv2.VideoCapture:
    """A name below /dev/v4l/by-id leads to another device file each time it is plugged in."""
    index = INDEX.fullmatch(device) or INDEX.fullmatch(str(Path(device).resolve()))
    if index is not None:
        return cv2.VideoCapture(int(index[1]))
    return cv2.VideoCapture(device, cv2.CAP_V4L2)
