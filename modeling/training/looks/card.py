"""The card of a look: of what it was made, how near it comes, and what it is not good at."""

from pathlib import Path

from contract.looks import LearntFrom, LookFigures, LookWanted
from modeling.training.looks.methods import METHODS
from modeling.training.report.card import CARD_NAME

CARD = """\
# {name}

A look: it changes the colours of pictures. It is {method}.

## Data

{data} Pictures of more than 640 pixels a side were made smaller, and of each 4,096 pixels were
learnt from. It was made by Dolbom on the household's own machine, of pictures that the household
chose; they are not in this folder. The seed was {seed}.

## Measured

{measured}

## What it is not good at

It changes only colours: it sharpens nothing, and what noise has swallowed stays swallowed. Colours
that none of the pictures has are guessed from those nearby. It is no medical device.
"""

DATA = {
    LearntFrom.PAIRS: "It learnt from {count} pictures, before and after.",
    LearntFrom.STYLE: (
        "It learnt from {count} pictures without pairs: their colours were moved onto those of the "
        "style's pictures by sliced optimal transport, and the look is fitted to that."
    ),
    LearntFrom.NIGHT: (
        "It learnt from {count} bright pictures, each made dark by a model of a sensor (generated "
        "data): 1 % to 20 % of the light, with shot and read noise, in 8 bits."
    ),
}
NO_PAIRS = "There are no pairs, so there is nothing to measure it on."


def write_card(folder: Path, wanted: LookWanted, figures: LookFigures, count: int) -> None:
    """Write CARD.md; `count` is that of the pictures that were learnt from."""
    card = CARD.format(
        name=wanted.name,
        method=METHODS[wanted.method].words,
        data=DATA[wanted.learnt_from].format(count=count),
        seed=wanted.seed,
        measured=_measured(figures) if figures.psnr else NO_PAIRS,
    )
    (folder / CARD_NAME).write_text(card, encoding="utf-8")


def _measured(figures: LookFigures) -> str:
    rows = [
        f"| {name} | {ratio:.2f} | {figures.ciede2000[name]:.2f} |"
        for name, ratio in figures.psnr.items()
    ]
    return "\n".join([
        f"On {figures.held_out} of {figures.pairs} pairs, held out; no picture and no clip is on "
        "both sides. Means over the pairs.\n",
        "| | PSNR (dB) | CIEDE2000 |",
        "|---|---|---|",
        *rows,
    ])  # fmt: skip
