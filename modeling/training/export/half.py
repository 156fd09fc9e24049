"""A network whose weights are kept in 16 bits: half the size, for any network and any format."""

from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


class _Widened(nn.Module):
    """What is kept in 16 bits, as it is computed with."""

    def forward(self, kept: Tensor) -> Tensor:
        return kept.float()


def with_half_weights(scorer: nn.Module) -> nn.Module:
    """A copy of the network with its weights rounded to 16 bits; it computes in 32."""
    halved = deepcopy(scorer)
    for module in list(halved.modules()):
        for name, weights in list(module.named_parameters(recurse=False)):
            if weights.dtype == torch.float32:
                weights.data = weights.data.half()
                parametrize.register_parametrization(module, name, _Widened(), unsafe=True)
    return halved.eval()
