"""What a training run may vary; free of torch, so that `--help` works without it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingSettings:
    """The defaults made the checkpoint that ships."""

    seed: int = 0
    """Weights, order of the examples, augmentation and folds all follow from it."""
    folds: int = 5
    """The groups are dealt onto as many validation sets."""
    takes: int = 6
    """Each recording is seen once as it is, and otherwise augmented, as many times in all."""
    calm_windows: int = 30
    """About as many windows of a take are learnt from that are not near a fall."""
    epochs: int = 5
    """Passes over all takes."""
    pairs: int = 2
    """Networks of each kind: those that learn from everything, and those from made people only."""
    hidden: int = 48
    """Width of the LSTM, in each direction."""
    batch_size: int = 512
    """Windows a step."""
    max_batches: int | None = None
    """Steps an epoch, if fewer than the examples make; for a dry run."""
    learning_rate: float = 4e-3
    """Peak of the one-cycle schedule (Smith and Topin, 2018)."""
    weight_decay: float = 1e-2
    """AdamW's (Loshchilov and Hutter, 2019)."""
    false_alarm_budget: float = 0.1
    """The largest share of the clips without a fall of which a caregiver may be told."""
