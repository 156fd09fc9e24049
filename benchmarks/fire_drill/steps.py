"""The ten steps of docs/fire-drill.md, and what stands here for what is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.fire_drill import alerts, full_disk, outages, recovery
from benchmarks.fire_drill.home import Home
from benchmarks.fire_drill.seen import Seen


@dataclass(frozen=True)
class Step:
    """What is done, what stands for it in a rehearsal, and the rehearsal."""

    number: int
    do: str
    here: str
    rehearse: Callable[[Home], Iterator[Seen]]


STEPS = (
    Step(1, "as-dolbom backend send-test-alert", "send-test-alert", alerts.send_test),
    Step(2, "a fall test, and a fall", "the box plays a recorded fall", alerts.fall_test),
    Step(3, "answer it", "the button of a message, pressed over HTTP", alerts.answer),
    Step(4, "systemctl kill -s KILL", "SIGKILL; started again by its unit's words", outages.kill),
    Step(5, "systemctl stop, later start", "SIGTERM, later the same command", outages.stop),
    Step(6, "pull the plug", "SIGKILL of an RTSP camera, and of the box", outages.pull),
    Step(7, "fallocate", "fallocate, on an ext4 of its own", full_disk.fill_disk),
    Step(8, "rm", "rm", full_disk.free_disk),
    Step(
        9, "systemctl start dolbom-backup", "run-backup with its unit's options", recovery.back_up
    ),
    Step(10, "run-restore, run-backend", "run-restore, run-backend", recovery.restore),
)
