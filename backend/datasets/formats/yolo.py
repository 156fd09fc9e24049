"""Labels of pictures as YOLO has them: a text per picture, and the names of the classes."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from posixpath import basename

from backend.datasets.formats.base import (
    NOTE,
    TakenFile,
    Tree,
    check_label,
    suffix_of,
    text_of,
    unusable,
)

CLASSES, NAMES, TEXT = "classes.txt", ".names", ".txt"
LISTS = ("train.txt", "valid.txt", "val.txt", "test.txt")
"""Which pictures are to be learnt from, as others have split them; they are not read."""
LEAST_NUMBERS = 5


def is_names_file(path: str) -> bool:
    """Whether it names the classes."""
    return basename(path) == CLASSES or suffix_of(path) == NAMES


def is_beside(path: str) -> bool:
    """Whether YOLO's tools keep such a file beside pictures and texts; but for names, unread."""
    return is_names_file(path) or suffix_of(path) in (".yaml", ".yml", ".data")


def read_yolo(tree: Tree, pictures: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The classes of each picture's boxes; without a text it has none. Raises UnusableFiles."""
    (names_path, *others) = [path for path in tree if is_names_file(path)]
    if others:
        raise unusable(others[0], f"expected one list of classes, {names_path} is one too")
    names = _names(tree[names_path])
    texts = {path for path in tree if _is_labels(path)}
    labels: dict[str, tuple[str, ...]] = {}
    for path in pictures:
        found = next((text for text in _texts_of(path) if text in texts), None)
        labels[path] = _classes(tree[found], names) if found else ()
        texts.discard(found or "")
    if texts:
        raise unusable(min(texts), "expected a picture of the same name")
    return labels


def _is_labels(path: str) -> bool:
    is_other = basename(path) in LISTS or is_names_file(path) or NOTE.fullmatch(path)
    return suffix_of(path) == TEXT and not is_other


def _texts_of(picture: str) -> list[str]:
    """Where its labels may lie: beside it, or in `labels` where it is in `images`."""
    pure = PurePosixPath(picture).with_suffix(TEXT)
    parts = ["labels" if part == "images" else part for part in pure.parts]
    return [str(pure), str(PurePosixPath(*parts))]


def _names(file: TakenFile) -> list[str]:
    names = [check_label(file.path, line.strip()) for line in text_of(file).splitlines() if line]
    if not names or len(set(names)) < len(names):
        raise unusable(file.path, "expected classes, a line each, every one once")
    return names


def _classes(file: TakenFile, names: Sequence[str]) -> tuple[str, ...]:
    lines = enumerate(text_of(file).splitlines(), start=1)
    return tuple(sorted({_class(file, n, line, names) for n, line in lines if line.strip()}))


def _class(file: TakenFile, number: int, line: str, names: Sequence[str]) -> str:
    numbers = line.split()
    try:
        places = [float(it) for it in numbers[1:]]
        is_box = len(numbers) >= LEAST_NUMBERS and all(0.0 <= it <= 1.0 for it in places)
        index = int(numbers[0])
    except ValueError:
        is_box, index = False, -1
    if not is_box:
        said = "expected the class's number and a box in shares of the picture"
        raise unusable(file.path, f"line {number}: {said}")
    if not 0 <= index < len(names):
        raise unusable(file.path, f"line {number}: expected a class below {len(names)}")
    return names[index]
