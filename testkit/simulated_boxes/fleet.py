"""All boxes at once, in one event loop."""

import asyncio
import contextlib
import time
from collections.abc import Sequence

from testkit.simulated_boxes.box import RunningBox, Sent
from testkit.simulated_boxes.camera import SimulatedCamera
from testkit.simulated_boxes.connection import KeptConnection
from testkit.simulated_boxes.moving_in import PairedBox

LOOK_SEC = 0.2


async def run_boxes(
    paired: Sequence[PairedBox], port: int, sent: Sent, seconds: float, drain_sec: float
) -> int:
    """Let all boxes watch for so many seconds and send all that they have within `drain_sec` more.

    How many events the server does not have by then.
    """
    begun, started_at = asyncio.get_running_loop().time(), time.time()
    boxes = [
        RunningBox(
            it.room,
            SimulatedCamera(it.plan, it.camera_id, started_at),
            KeptConnection(port, it.key),
            sent,
            begun,
        )
        for it in paired
    ]
    uploads = [asyncio.create_task(box.upload()) for box in boxes]
    await asyncio.gather(*(box.watch(seconds) for box in boxes))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(drain_sec):
            while any(box.waiting for box in boxes):  # noqa: ASYNC110 (at the end, and rarely)
                await asyncio.sleep(LOOK_SEC)
    for upload, box in zip(uploads, boxes, strict=True):
        upload.cancel()
        box.close()
    # A task that failed raises here.
    ended = await asyncio.gather(*uploads, return_exceptions=True)
    for failure in ended:
        if isinstance(failure, Exception):
            raise failure
    return sum(box.waiting for box in boxes)
