"""Videos, each with its labels as CVAT XML 1.1 beside it: NAME.mp4 and NAME.xml."""

from pathlib import Path, PurePosixPath
from xml.parsers import expat

from backend.datasets.formats.base import (
    MAX_TEXT_BYTES,
    NOTE,
    TakenFile,
    Tree,
    suffix_of,
    unusable,
)
from backend.datasets.formats.pictures_and_videos import CONTAINERS, check_video
from contract.datasets import DatasetFile
from modeling.training.datasets.adapters.cvat import LABELS, NAMES, VIEW

XML = ".xml"


class Clips:
    """The format of DatasetKind.CLIPS."""

    def check(self, path: str, place: Path) -> None:
        """A video, or CVAT XML whose labels are known."""
        if suffix_of(path) in CONTAINERS:
            check_video(path, place)
        elif suffix_of(path) == XML:
            labels_of(path, place)
        elif not NOTE.fullmatch(path):
            raise unusable(path, f"expected videos ({', '.join(CONTAINERS)}) and {XML} only")

    def read(self, tree: Tree) -> list[DatasetFile]:
        """A video and its labels are about the same."""
        videos = {_stem(path): path for path in tree if suffix_of(path) in CONTAINERS}
        labels = {_stem(path): path for path in tree if suffix_of(path) == XML}
        for stem, path in labels.items():
            if stem not in videos:
                raise unusable(path, "expected a video of the same name beside it")
        for stem, path in videos.items():
            if stem not in labels:
                raise unusable(path, f"expected its labels beside it, as {XML}")
        return [_about(file, tree, labels) for file in tree.values()]


def _about(file: TakenFile, tree: Tree, labels: dict[str, str]) -> DatasetFile:
    xml = labels.get(_stem(file.path))
    if xml is None:  # a note
        return file.about()
    name = PurePosixPath(file.path).stem
    view = VIEW.match(name)
    return file.about(labels_of(xml, tree[xml].place), view["group"] if view else name)


def labels_of(path: str, place: Path) -> tuple[str, ...]:
    """What the marks of a CVAT XML say; raises UnusableFiles.

    What could grow without end while it is read, a document type with entities, is refused.
    """
    if place.stat().st_size > MAX_TEXT_BYTES:
        raise unusable(path, f"expected at most {MAX_TEXT_BYTES >> 20} MiB of XML")
    scan = _Scan(path)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = scan.refuse_doctype
    parser.StartElementHandler = scan.begin
    parser.CharacterDataHandler = scan.text
    parser.EndElementHandler = scan.end
    try:
        with place.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise unusable(path, f"expected XML: {error}") from error
    if scan.version != "1.1":
        raise unusable(path, "expected CVAT XML 1.1, as CVAT for video exports it")
    return tuple(label for label in LABELS if label in scan.labels)


def _stem(path: str) -> str:
    return str(PurePosixPath(path).with_suffix(""))


class _Scan:
    """What is read of a CVAT XML on the way."""

    def __init__(self, path: str) -> None:
        self._path, self._parents = path, list[str]()
        self.labels: set[str] = set()
        self.version = ""

    def refuse_doctype(self, *_: object) -> None:
        raise unusable(self._path, "expected XML without a document type")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if not self._parents and name != "annotations":
            raise unusable(self._path, f"expected CVAT XML 1.1, it begins with {name[:40]!r}")
        self._parents.append(name)
        label = attributes.get("label")
        if label is not None:
            if label not in NAMES:
                raise unusable(
                    self._path,
                    f"unknown label {label[:40]!r}, expected one of {', '.join(NAMES)}",
                )
            self.labels.add(label.removesuffix("_start").removesuffix("_end"))

    def text(self, text: str) -> None:
        if self._parents == ["annotations", "version"]:
            self.version += text.strip()

    def end(self, _name: str) -> None:
        self._parents.pop()
