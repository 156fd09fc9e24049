"""Labels of pictures as COCO has them: JSON with images, annotations and categories."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from pydantic import BaseModel, ValidationError

from backend.datasets.formats.base import TakenFile, Tree, check_label, suffix_of, text_of, unusable
from backend.errors import describe

COCO = ".json"


class Image(BaseModel):
    """A picture by its number."""

    id: int
    file_name: str


class Category(BaseModel):
    """A class by its number."""

    id: int
    name: str


class Annotation(BaseModel):
    """That something of a category is in a picture."""

    image_id: int
    category_id: int


class Coco(BaseModel):
    """What is read of a file."""

    images: list[Image]
    categories: list[Category]
    annotations: list[Annotation]


def read_coco(tree: Tree, pictures: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The classes of each picture's boxes; raises UnusableFiles."""
    labels: dict[str, set[str]] = {}
    places = _places(pictures)
    for file in (file for path, file in tree.items() if suffix_of(path) == COCO):
        for name, classes in _classes(file).items():
            found = places.get(PurePosixPath(name).name, [])
            fitting = [path for path in found if f"/{path}".endswith(f"/{name}")]
            if len(fitting) != 1:
                raise unusable(name, f"expected one picture of this name, {file.path} names it")
            labels.setdefault(fitting[0], set()).update(classes)
    for path in pictures:
        if path not in labels:
            raise unusable(path, "expected it among the images of the COCO file")
    return {path: tuple(sorted(classes)) for path, classes in labels.items()}


def _places(pictures: Sequence[str]) -> dict[str, list[str]]:
    places = defaultdict[str, list[str]](list)
    for path in pictures:
        places[PurePosixPath(path).name].append(path)
    return places


def _classes(file: TakenFile) -> dict[str, set[str]]:
    """The classes in each picture, by its file's name."""
    try:
        coco = Coco.model_validate_json(text_of(file))
    except ValidationError as error:
        raise unusable(file.path, f"expected COCO: {describe(error)}") from error
    categories = {it.id: check_label(file.path, it.name) for it in coco.categories}
    if not categories or len(set(categories.values())) < len(coco.categories):
        raise unusable(file.path, "expected categories, each with a name and a number of its own")
    images = {image.id: image.file_name for image in coco.images}
    if len(set(images.values())) < len(coco.images):
        raise unusable(file.path, "expected each image once, with a number of its own")
    found: dict[str, set[str]] = {name: set() for name in images.values()}
    for it in coco.annotations:
        if it.image_id not in images or it.category_id not in categories:
            raise unusable(
                file.path, f"image {it.image_id} or category {it.category_id} is not in its lists"
            )
        found[images[it.image_id]].add(categories[it.category_id])
    return found
