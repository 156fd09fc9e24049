"""Which jobs are asked of a picture, and what they get and leave."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.jobs import claims
from backend.jobs.claims import claim_of
from backend.jobs.service import JobService
from backend.jobs.store import Wanted
from backend.media.carrier import ImageCarrier
from backend.media.errors import UnknownImage, WrongImageState
from backend.media.image_jobs import ImageJobs
from backend.media.service import MediaService
from backend.storage.shared_file import SharedFile
from contract.image_jobs import ImageMade, ImageMetadata
from contract.jobs import JobKind, JobState
from contract.media import ImageSpec, ImageState, ImageType, ImageWork
from testkit.households import HOME
from testkit.kept_pictures import NOW, keep_picture, red_picture
from testkit.memory_driver import MemoryDriver

MADE = ImageMade(
    file="made.webp", content_type=ImageType.WEBP, width=4, height=4, remark="look at it"
)


WORKS = (ImageWork.METADATA, ImageWork.THUMBNAIL, ImageWork.BLUR_FACES)


class Pictures:
    """The services on a folder, with files in memory."""

    def __init__(self, folder: Path) -> None:
        self.database, self.driver = SharedFile(folder / "factory.sqlite3"), MemoryDriver()
        self.jobs = JobService(self.database, lambda: NOW)
        self.media = MediaService(self.database, self.driver, lambda: NOW)
        self.image_jobs = ImageJobs(self.media, self.jobs)
        self.looks: list[tuple[str, int, Path]] = []
        put_look = lambda *asked: self.looks.append(asked)  # noqa: E731
        self.carrier = ImageCarrier(self.media, put_look, memory_mb=900)


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[Pictures]:
    pictures = Pictures(tmp_path)
    with closing(pictures.database):
        yield pictures


@pytest.mark.parametrize(
    ("work", "queue"),
    [
        (ImageWork.THUMBNAIL, "io"),
        (ImageWork.METADATA, "io"),
        (ImageWork.BLUR_FACES, "ml"),
        (ImageWork.KEEP_SKELETON, "ml"),
        (ImageWork.APPLY_LOOK, "ml"),
    ],
)
def test_each_work_waits_in_its_queue(pictures: Pictures, work: ImageWork, queue: str) -> None:
    image = keep_picture(pictures.database, pictures.driver)
    job = pictures.image_jobs.ask(ImageSpec(image_id=image.id, work=work), HOME, created_by=3)
    assert (job.kind, job.queue, job.created_by) == (JobKind.IMAGE, queue, 3)
    assert job.title == work
    assert ImageSpec.model_validate(job.spec).work is work


def test_picture_has_to_be_the_households_and_confirmed(pictures: Pictures) -> None:
    for error, fields in [
        (UnknownImage, {"household_id": 2}),
        (WrongImageState, {"state": ImageState.PENDING}),
        (WrongImageState, {"state": ImageState.FAILED}),
    ]:
        image = keep_picture(pictures.database, pictures.driver, **fields)
        with pytest.raises(error):
            pictures.image_jobs.ask(ImageSpec(image_id=image.id, work=ImageWork.METADATA), HOME)


def test_process_gets_the_original_and_the_look(pictures: Pictures, tmp_path: Path) -> None:
    image = keep_picture(pictures.database, pictures.driver)
    spec = ImageSpec(image_id=image.id, work=ImageWork.APPLY_LOOK, look_id="bright")
    job = pictures.image_jobs.ask(spec, HOME)
    command = pictures.carrier.command(job, tmp_path)
    assert command[1:4] == ["-m", "modeling.perception.carried.image", str(tmp_path)]
    assert ImageSpec.model_validate_json(command[4]) == spec
    assert command[5] == "900"
    assert (tmp_path / "original.jpg").read_bytes() == red_picture()
    assert pictures.looks == [("bright", 1, tmp_path / "look")]


def test_what_was_made_is_a_result_once(pictures: Pictures, tmp_path: Path) -> None:
    image = keep_picture(pictures.database, pictures.driver)
    (tmp_path / MADE.file).write_bytes(b"made")
    works = [
        ImageSpec(image_id=image.id, work=ImageWork.BLUR_FACES),
        ImageSpec(image_id=image.id, work=ImageWork.APPLY_LOOK, look_id="bright"),
    ]
    for spec in works:
        job = pictures.image_jobs.ask(spec, HOME)
        for _ in range(2):  # a worker that was killed keeps it again
            said = pictures.carrier.keep(job, tmp_path, MADE.model_dump(mode="json"))
        assert (said["job_id"], said["remark"]) == (job.id, "look at it")
    results = pictures.media.find(image.id, HOME).results
    assert [it.name for it in results] == ["blur_faces.webp", "look-bright.webp"]
    assert b"".join(pictures.media.read(image.model_copy(update={"results": results}),
                                        "blur_faces.webp")) == b"made"  # fmt: skip


def test_metadata_are_the_jobs_result_alone(pictures: Pictures, tmp_path: Path) -> None:
    image = keep_picture(pictures.database, pictures.driver)
    job = pictures.image_jobs.ask(ImageSpec(image_id=image.id, work=ImageWork.METADATA), HOME)
    said = ImageMetadata(width=4, height=3, mode="RGB", colour_profile=None, taken=None)
    assert pictures.carrier.keep(job, tmp_path, said.model_dump()) == said.model_dump()
    assert pictures.media.find(image.id, HOME).results == ()


def test_nothing_is_kept_of_a_picture_that_was_erased_meanwhile(
    pictures: Pictures, tmp_path: Path
) -> None:
    image = keep_picture(pictures.database, pictures.driver)
    job = pictures.image_jobs.ask(ImageSpec(image_id=image.id, work=ImageWork.THUMBNAIL), HOME)
    pictures.media.erase(image.id, HOME)
    with pytest.raises(UnknownImage):
        pictures.carrier.keep(job, tmp_path, MADE.model_dump(mode="json"))
    with pytest.raises(UnknownImage):
        pictures.carrier.command(job, tmp_path)
    assert pictures.driver.files == {}


def test_jobs_about_an_erased_picture_end_and_say_nothing_of_it(pictures: Pictures) -> None:
    image, other = (keep_picture(pictures.database, pictures.driver) for _ in range(2))
    ask = pictures.image_jobs.ask
    ended, running, waiting = (ask(ImageSpec(image_id=image.id, work=it), HOME) for it in WORKS)
    kept = ask(ImageSpec(image_id=other.id, work=ImageWork.METADATA), HOME)
    with pictures.database.writing() as db:
        mine = claims.claim_next(db, "io", "w", NOW)
        assert mine is not None
        claims.settle(db, claim_of(mine), JobState.COMPLETED, result={"device": "Pixel"})
        claims.add_lines(db, mine.id, [(NOW, "a Pixel took it")])
        assert mine.id == ended.id
        claims.claim_next(db, "io", "w", NOW)
    pictures.jobs.let_go(image.id)
    jobs = {it.id: it for it in pictures.jobs.newest(Wanted(HOME))}
    assert (jobs[ended.id].state, jobs[ended.id].result) == (JobState.COMPLETED, None)
    assert pictures.jobs.lines(jobs[ended.id]) == []
    assert (jobs[running.id].state, jobs[running.id].cancel_asked_at) == (JobState.RUNNING, NOW)
    assert jobs[waiting.id].state is JobState.CANCELLED
    assert (jobs[kept.id].state, jobs[kept.id].cancel_asked_at) == (JobState.QUEUED, None)


def test_what_was_deleted_stands_in_no_file_of_the_database(
    pictures: Pictures, tmp_path: Path
) -> None:
    image = keep_picture(pictures.database, pictures.driver, name="비밀 사진.jpg")
    secret = "비밀 사진".encode()
    assert any(secret in path.read_bytes() for path in tmp_path.glob("factory*"))
    pictures.media.erase(image.id, HOME)
    assert not any(secret in path.read_bytes() for path in tmp_path.glob("factory*"))
