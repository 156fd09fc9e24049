"""Jobs that make something of one picture."""

from backend.jobs.service import JobService, JobWanted
from backend.media.errors import WrongImageState
from backend.media.service import MediaService
from contract.jobs import Job, JobKind
from contract.media import Image, ImageSpec, ImageState, ImageWork

IO_QUEUE, ML_QUEUE = "io", "ml"
"""Of what takes a moment, and of what a network works on."""
IN_A_MOMENT = {ImageWork.THUMBNAIL, ImageWork.METADATA}
TIME_LIMIT_SEC = 600.0


class ImageJobs:
    """Thread-safe; raises DatabaseUnavailable."""

    def __init__(self, media: MediaService, jobs: JobService) -> None:
        self._media, self._jobs = media, jobs

    def ask(self, spec: ImageSpec, household_id: int, created_by: int | None = None) -> Job:
        """Let a job do it; raises UnknownImage and WrongImageState."""
        image = self._media.find(spec.image_id, household_id)
        check_kept(image)
        wanted = JobWanted(
            kind=JobKind.IMAGE,
            title=spec.work.value,  # without the picture's name, which goes with the picture
            spec=spec.model_dump(mode="json"),
            household_id=household_id,
            created_by=created_by,
            queue=IO_QUEUE if spec.work in IN_A_MOMENT else ML_QUEUE,
            time_limit_sec=TIME_LIMIT_SEC,
        )
        return self._jobs.ask(wanted)


def check_kept(image: Image) -> None:
    """Raise WrongImageState unless the picture is there to be worked on."""
    if image.state is not ImageState.CONFIRMED:
        raise WrongImageState(
            f"the picture {image.id} is {image.state}, expected one that is confirmed"
        )
