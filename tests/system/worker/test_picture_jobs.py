"""Works on pictures by `run-worker`, on the files of a household as they lie on its disk."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageStat

from backend.config import WorkerSettings
from backend.looks.files import LookFiles
from backend.looks.service import LookService
from backend.media.drivers.opening import open_driver
from backend.media.image_jobs import ImageJobs
from backend.media.service import MediaService
from contract.jobs import Job, JobState
from contract.looks import LookWanted
from contract.media import Image, ImageSpec, ImageWork
from testkit.households import HOME
from testkit.kept_pictures import keep_picture
from testkit.workers import Workplace

Until = Callable[..., Job]
Eventually = Callable[..., object]
WORKER = (sys.executable, "-m", "testkit.quick_look")
SETTINGS = {"WORKER_RETRY_AFTER": "0.2", "WORKER_QUEUES": "io:1,ml:1", "OMP_NUM_THREADS": "1"}


@dataclass
class Studio:
    """A worker as a household has it, and the pictures that it keeps."""

    place: Workplace

    def __post_init__(self) -> None:
        settings = WorkerSettings(_env_file=None, data_dir=self.place.data_dir)
        self.driver = open_driver(settings, self.place.data_dir)
        self.media = MediaService(self.place.database, self.driver)
        self.image_jobs = ImageJobs(self.media, self.place.jobs)
        files = LookFiles(self.driver)
        self.looks = LookService(self.place.database, self.place.jobs, self.media, files)

    def keep(self, size: tuple[int, int] = (800, 20)) -> Image:
        """A picture of nobody, so flat that few parts of it are looked into."""
        encoded = BytesIO()
        Pillow.linear_gradient("L").resize(size).convert("RGB").save(encoded, "JPEG")
        return keep_picture(self.place.database, self.driver, encoded.getvalue())

    def ask(self, image: Image, work: ImageWork) -> Job:
        return self.image_jobs.ask(ImageSpec(image_id=image.id, work=work), HOME)

    def left(self) -> list[str]:
        """What lies in the work folders."""
        return [str(path) for path in self.place.work.rglob("*") if path.is_file()]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    place = Workplace(tmp_path / "data", settings=SETTINGS, command=WORKER)
    yield Studio(place)
    place.close()


def test_each_work_ends_and_leaves_nothing_in_the_clear(studio: Studio, until: Until) -> None:
    image = studio.keep()
    works = ImageWork.THUMBNAIL, ImageWork.METADATA, ImageWork.BLUR_FACES, ImageWork.KEEP_SKELETON
    asked = {work: studio.ask(image, work) for work in works}
    studio.place.start()
    ends = {work: until(studio.place, job) for work, job in asked.items()}
    assert [it.state for it in ends.values()] == [JobState.COMPLETED] * 2 + [JobState.FAILED] * 2
    for work in (ImageWork.BLUR_FACES, ImageWork.KEEP_SKELETON):
        assert "no person found" in (ends[work].failure or "")
        assert ends[work].attempts == 1
    said = ends[ImageWork.METADATA].result or {}
    assert (said["width"], said["height"]) == (800, 20)
    (result,) = studio.media.find(image.id, HOME).results
    assert (result.name, result.job_id) == ("thumbnail.webp", asked[ImageWork.THUMBNAIL].id)
    content = b"".join(studio.media.read(studio.media.find(image.id, HOME), result.name))
    with Pillow.open(BytesIO(content)) as small:
        assert small.size == (400, 10)
    assert studio.left() == []


def test_worker_is_killed_and_the_work_ends_once_and_the_original_is_gone(
    studio: Studio, until: Until, eventually: Eventually
) -> None:
    image = studio.keep()
    job = studio.ask(image, ImageWork.THUMBNAIL)
    process = studio.place.start()
    original = studio.place.work / job.id / "original.jpg"
    eventually(original.exists)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert original.exists()  # nobody was there to delete it
    studio.place.start()
    ended = until(studio.place, job)
    assert (ended.state, ended.attempts) == (JobState.COMPLETED, 1)
    assert [it.job_id for it in studio.media.find(image.id, HOME).results] == [job.id]
    assert studio.left() == []


def test_picture_that_is_erased_before_its_turn_fails_its_job(studio: Studio, until: Until) -> None:
    image = studio.keep()
    job = studio.ask(image, ImageWork.THUMBNAIL)
    studio.media.erase(image.id, HOME)
    studio.place.start()
    ended = until(studio.place, job)
    assert (ended.state, ended.failure) == (JobState.FAILED, f"no picture {image.id}")
    assert studio.left() == []


def test_look_is_learnt_applied_and_written_as_a_cube_file(studio: Studio, until: Until) -> None:
    pictures = [studio.keep() for _ in range(4)]
    ids = [image.id for image in pictures]
    asked = {"name": "negative", "method": "lut", "learnt_from": "pairs", "before": ids[:2]}
    look = studio.looks.learn(LookWanted.model_validate(asked | {"after": ids[2:]}), HOME)
    studio.place.start()
    learnt = until(studio.place, studio.place.jobs.find(look.job_id, HOME))
    assert learnt.state is JobState.COMPLETED, learnt.failure
    found = studio.looks.find(look.id, HOME)
    assert found.figures is not None
    assert (found.figures.pairs, found.state) == (2, JobState.COMPLETED)
    apply = studio.looks.apply(look.id, ids[0], HOME)
    export = studio.looks.export(look.id, 17, HOME)
    for job in (apply, export):
        ended = until(studio.place, job)
        assert ended.state is JobState.COMPLETED, ended.failure
    cube = b"".join(studio.looks.cube(found, 17)).decode()
    assert cube.startswith('TITLE "negative"\nLUT_3D_SIZE 17\n1.0000000 1.0000000 1.0000000\n')
    assert len(cube.splitlines()) == 2 + 17**3
    image = studio.media.find(ids[0], HOME)
    (result,) = image.results
    before, after = (shown(studio, image, what) for what in ("original", result.name))
    assert result.name == f"look-{look.id}.webp"
    assert abs(before + after - 255) < 6
    assert studio.left() == []


def shown(studio: Studio, image: Image, what: str) -> float:
    """The mean level in the upper quarter of a file of the picture, which is dark."""
    with Pillow.open(BytesIO(b"".join(studio.media.read(image, what)))) as opened:
        part = opened.convert("L").crop((0, 0, opened.width, opened.height // 4))
        return float(ImageStat.Stat(part).mean[0])
