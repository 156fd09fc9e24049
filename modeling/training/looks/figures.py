"""How near a look comes to held-out pairs, beside what else could have been done."""

from collections.abc import Mapping, Sequence

import numpy as np

from modeling.training.looks.baselines import Change
from modeling.training.looks.colour_difference import ciede2000, psnr
from modeling.training.looks.pairs import Pair


def nearness(
    changes: Mapping[str, Change], held_out: Sequence[Pair]
) -> tuple[dict[str, float], dict[str, float]]:
    """The mean PSNR in dB and the mean CIEDE2000 over the pairs, by the name of each change."""
    ratios, differences = {}, {}
    for name, change in changes.items():
        changed = [(change(pair.before), pair.after) for pair in held_out]
        ratios[name] = round(float(np.mean([psnr(*each) for each in changed])), 2)
        differences[name] = round(float(np.mean([ciede2000(*each) for each in changed])), 2)
    return ratios, differences
