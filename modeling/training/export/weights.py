"""`weights.pt`: a network's tensors and no code, to go on learning from."""

from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor, nn

from modeling.perception.detector.checkpoint import CheckpointError

WEIGHTS_NAME = "weights.pt"


def save_weights(network: nn.Module, folder: Path) -> None:
    """Write `weights.pt`."""
    torch.save(network.state_dict(), folder / WEIGHTS_NAME)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The tensors by their names (nothing in the file is executed); raises CheckpointError."""
    path = folder / WEIGHTS_NAME
    if not path.is_file():
        raise CheckpointError(f"no weights at {path}")
    try:
        state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        return {name: tensor.contiguous() for name, tensor in state.items()}
    except (UnpicklingError, RuntimeError, AttributeError) as error:
        raise not_of_this_network(folder) from error


def not_of_this_network(folder: Path) -> CheckpointError:
    """That the tensors are there, and are none of the network that is asked for."""
    return CheckpointError(f"{folder / WEIGHTS_NAME} holds no weights of this network")
