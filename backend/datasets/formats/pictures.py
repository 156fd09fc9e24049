"""Pictures: in a folder for each label, or with the labels of COCO or YOLO."""

from pathlib import Path
from posixpath import basename, dirname

from backend.datasets.formats.base import NOTE, Tree, check_label, suffix_of, unusable
from backend.datasets.formats.coco import COCO, read_coco
from backend.datasets.formats.pictures_and_videos import PICTURES, check_picture
from backend.datasets.formats.yolo import is_beside, is_names_file, read_yolo
from contract.datasets import DatasetFile


class Pictures:
    """The format of DatasetKind.PICTURES; which of the three it is, its files say."""

    def check(self, path: str, place: Path) -> None:
        """A picture, or a text that may say its labels."""
        if suffix_of(path) in PICTURES:
            check_picture(path, place)
        elif not (suffix_of(path) in (COCO, ".txt") or is_beside(path) or NOTE.fullmatch(path)):
            raise unusable(path, f"expected pictures ({', '.join(PICTURES)}) and their labels only")

    def read(self, tree: Tree) -> list[DatasetFile]:
        """A picture has the labels of its folder, or the classes of its boxes."""
        pictures = [path for path in tree if suffix_of(path) in PICTURES]
        if not pictures:
            raise unusable("", "expected pictures in it, it has none")
        if any(suffix_of(path) == COCO for path in tree):
            labels = read_coco(tree, pictures)
        elif any(is_names_file(path) for path in tree):
            labels = read_yolo(tree, pictures)
        else:
            labels = _read_folders(tree, pictures)
        return [file.about(labels.get(file.path, ())) for file in tree.values()]


def _read_folders(tree: Tree, pictures: list[str]) -> dict[str, tuple[str, ...]]:
    for path in tree:
        if suffix_of(path) == ".txt" and not NOTE.fullmatch(path):
            raise unusable(path, "expected classes.txt or a .names file too, with a class per line")
    return {path: (_folder(path),) for path in pictures}


def _folder(path: str) -> str:
    label = basename(dirname(path))
    if not label:
        raise unusable(path, "expected each picture in a folder that its label names")
    return check_label(path, label)
