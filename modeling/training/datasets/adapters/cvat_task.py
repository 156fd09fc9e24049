"""What a CVAT file says of the video that was labelled, and whether another video is that one."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from xml.etree.ElementTree import Element

SLACK_SHARE = 0.02
SLACK_LEAST = 2
"""Frames by which a video may be longer or shorter: no two programs count broken ones alike."""


class CvatError(Exception):
    """The file is no CVAT XML 1.1, or does not fit its video; the message is one plain line."""


@dataclass(frozen=True)
class Filmed:
    """The video that the labels are to be of; `frames` is how many it holds.

    With `is_renamed` its name says nothing; with `is_part` it was cut out of what was labelled.
    """

    path: Path
    frames: int
    is_renamed: bool = False
    is_part: bool = False

    @property
    def slack(self) -> int:
        return max(SLACK_LEAST, round(SLACK_SHARE * self.frames))


@dataclass(frozen=True)
class Task:
    """One task of a file: `source` is its video, of which `first` to `last` were labelled.

    `step` is the frame step. A job is labelled in part, so `is_whole` is False for it. What the
    file does not say is None.
    """

    id: str | None = None
    source: str | None = None
    first: int = 0
    last: int | None = None
    step: int = 1
    is_whole: bool = True

    def fits(self, video: Filmed) -> bool:
        """Whether name and length are those of `video`, as far as they are to be compared."""
        has_name = self.source is None or video.is_renamed or video.is_part
        has_name = has_name or _plain(self.source or "") == _plain(video.path.name)
        return has_name and (video.is_part or self._has_length(video))

    def _has_length(self, video: Filmed) -> bool:
        if self.last is None:
            return True
        is_all = self.is_whole and self.first == 0
        is_too_long = is_all and video.frames > self.last + self.step + video.slack
        return not is_too_long and self.last < video.frames + video.slack

    def __str__(self) -> str:
        length = "" if self.last is None else f", frames {self.first} to {self.last}"
        return f"{self.source or 'a video without a name'}{length}"


def task_of(root: Element, video: Filmed) -> Task:
    """The task of the file whose labels are those of `video`; raises CvatError."""
    tasks = list(_tasks(root)) or [Task()]
    if len(tasks) > 1 and video.is_part:
        raise CvatError("expected a file with one task where the video is a part of a longer one")
    fitting = [task for task in tasks if task.fits(video)]
    if len(fitting) == 1:
        return fitting[0]
    said = "; ".join(str(task) for task in tasks)
    count = "does not fit" if not fitting else f"fits {len(fitting)} tasks of"
    raise CvatError(
        f"{video.path} with {video.frames} frames {count} what was labelled: {said} "
        "(--renamed: another name; --frame-offset: a part of it)"
    )


def elements_of(root: Element, task: Task, kinds: Sequence[str]) -> Iterator[Element]:
    """The tracks, images and tags that belong to `task`; raises CvatError."""
    has_several = sum(1 for _ in _tasks(root)) > 1
    for element in root:
        if element.tag not in kinds:
            continue
        of = element.get("task_id")
        if has_several and of is None:
            raise CvatError(f"a {element.tag} does not say to which of the tasks it belongs")
        if not has_several or of == task.id:
            yield element


def label_types(root: Element) -> dict[str, str]:
    """The type of each label (any, rectangle, tag, …) by its name, as the file lists them."""
    found = root.iterfind("meta//label")
    return {label.findtext("name", ""): label.findtext("type", "any") for label in found}


def _tasks(root: Element) -> Iterator[Task]:
    for kind in ("task", "job"):
        for task in root.iterfind(f"meta//{kind}"):
            yield Task(
                id=task.findtext("id"),
                source=task.findtext("source") or None,
                first=_number(task, "start_frame") or 0,
                last=_number(task, "stop_frame"),
                step=_step(task),
                is_whole=kind == "task",
            )


def _number(task: Element, name: str) -> int | None:
    found = re.fullmatch(r"\s*([0-9]+)\s*", task.findtext(name, ""))
    return int(found[1]) if found else None


def _step(task: Element) -> int:
    found = re.search(r"step\s*=\s*([1-9][0-9]*)", task.findtext("frame_filter", ""))
    return int(found[1]) if found else 1


def _plain(name: str) -> str:
    """Without folder and suffix, as a file system that knows no case would compare it."""
    return unicodedata.normalize("NFC", PureWindowsPath(name).stem).casefold()
