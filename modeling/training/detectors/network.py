"""The detector's network: a few BiLSTMs with attention pooling, one logit a label.

Attention over time as in Zhou and others, "Attention-based bidirectional LSTM", ACL 2016.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from contract.layout import FEATURE_COUNT
from modeling.training.export.weights import not_of_this_network, read_weights


class AttentionLstm(nn.Module):
    """Normalised windows (N, 16, F) to logits (N, L), L being `labels`.

    `hidden` is the LSTM's width in each direction.
    """

    def __init__(self, hidden: int, labels: int) -> None:
        super().__init__()
        self.input_dropout = nn.Dropout(0.25)
        self.lstm = nn.LSTM(FEATURE_COUNT, hidden, batch_first=True, bidirectional=True)
        self.attention = nn.Linear(2 * hidden, 1)
        self.output_dropout = nn.Dropout(0.5)
        self.output = nn.Linear(2 * hidden, labels)

    def forward(self, windows: Tensor) -> Tensor:
        states, _ = self.lstm(self.input_dropout(windows))
        attention = torch.softmax(self.attention(states), dim=1)
        logits: Tensor = self.output(self.output_dropout((attention * states).sum(dim=1)))
        return logits


class Ensemble(nn.Module):
    """The mean of networks that learn each for itself.

    It errs less where the clips are few (Lakshminarayanan and others, 2017).
    """

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, windows: Tensor) -> Tensor:
        """Score each window: (N, 16, F) to logits (N, L)."""
        return torch.stack([member(windows) for member in self.members]).mean(dim=0)


def probabilities(network: Ensemble) -> nn.Module:
    """The network as it is exported: windows (N, 16, F) to probabilities (N, L)."""
    return nn.Sequential(network, nn.Sigmoid()).eval()


def load_weights(folder: Path) -> Ensemble:
    """The network of `weights.pt`; raises CheckpointError."""
    state = read_weights(folder)
    try:
        outputs = [tensor for name, tensor in state.items() if name.endswith(".output.weight")]
        network = Ensemble([AttentionLstm(one.shape[1] // 2, one.shape[0]) for one in outputs])
        network.load_state_dict(state)
    except (RuntimeError, IndexError) as error:
        raise not_of_this_network(folder) from error
    return network
