"""What every training run may vary; free of torch, so that `--help` works without it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LoopSettings:
    """What the loop asks of any model; each kind of model has defaults and more of its own."""

    seed: int = 0
    """Weights, order of the examples, augmentation and folds all follow from it."""
    folds: int = 5
    """The groups are dealt onto as many validation sets."""
    epochs: int = 20
    """Passes: each is saved once it is finished."""
    batch_size: int = 64
    """Examples a step."""
    learning_rate: float = 3e-3
    """Peak of the one-cycle schedule (Smith and Topin, 2018)."""
    weight_decay: float = 2e-2
    """AdamW's (Loshchilov and Hutter, 2019)."""
    base: str | None = None
    """The version of the checkpoint from whose weights it goes on; None where they are new."""
