"""What a look is learnt from: some colours of each picture, and what each is to become."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modeling.perception.frames.image import Image
from modeling.perception.looks.look import small_copy
from modeling.perception.looks.lut import Colours
from modeling.training.looks.pairs import Pair
from modeling.training.looks.transport import transported

COLOURS_OF_A_PICTURE = 4096


@dataclass(frozen=True)
class Example:
    """One picture: its small copy (3, 64, 64), and (P, 3) colours of it `before` and `after`."""

    small: Colours
    before: Colours
    after: Colours


def examples_of(pairs: Sequence[Pair], seed: int) -> list[Example]:
    """Colours at places that are drawn at random."""
    random = np.random.default_rng(seed)
    examples = []
    for pair in pairs:
        before, after = (_shares(each).reshape(-1, 3) for each in (pair.before, pair.after))
        drawn = random.integers(0, len(before), COLOURS_OF_A_PICTURE)
        examples.append(Example(small_copy(pair.before)[0], before[drawn], after[drawn]))
    return examples


def examples_of_style(
    pictures: Sequence[Image], style: Sequence[Image], seed: int
) -> list[Example]:
    """Without pairs: the colours of all `pictures` together are moved onto those of the `style`."""
    plain = examples_of([Pair("", picture, picture) for picture in pictures], seed)
    wanted = examples_of([Pair("", picture, picture) for picture in style], seed + 1)
    before = np.concatenate([example.before for example in plain])
    after = transported(before, np.concatenate([example.before for example in wanted]), seed)
    parts = np.split(after, len(plain))
    return [replace(example, after=part) for example, part in zip(plain, parts, strict=True)]


def _shares(picture: Image) -> Colours:
    return picture.astype(np.float32) / np.float32(255)
