"""What a training run of the detector may vary; free of torch, so that `--help` works."""

from dataclasses import dataclass

from modeling.training.settings import LoopSettings


@dataclass(frozen=True)
class TrainingSettings(LoopSettings):
    """The defaults made the checkpoint that ships."""

    epochs: int = 5
    batch_size: int = 512
    learning_rate: float = 4e-3
    weight_decay: float = 1e-2
    takes: int = 6
    """Each recording is seen once as it is, and otherwise augmented, as many times in all."""
    calm_windows: int = 30
    """About as many windows of a take are learnt from that are not near a fall."""
    networks: int = 4
    """Of the ensemble."""
    hidden: int = 48
    """Width of the LSTM, in each direction."""
    max_batches: int | None = None
    """Steps an epoch, if fewer than the examples make; for a dry run."""
    false_alarm_budget: float = 0.1
    """The largest share of the clips without a fall of which a caregiver may be told."""
