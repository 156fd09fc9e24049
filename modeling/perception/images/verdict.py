"""What a picture of the moment after a fall says of that fall."""

from contract.events import PictureVerdict

ENOUGH = 0.8
"""What speaks against a fall is to be more than likely; what speaks for it only likelier."""


def verdict_of(posture: str, confidence: float) -> PictureVerdict:
    """`posture` is a label of the image model of that name, its most probable one."""
    if posture == "lying":
        return PictureVerdict.CONFIRMED
    if posture in ("upright", "nobody") and confidence >= ENOUGH:
        return PictureVerdict.QUESTIONED
    return PictureVerdict.UNSURE
