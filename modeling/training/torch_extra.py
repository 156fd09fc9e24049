"""torch is an extra: the camera box and the server run without it."""

from importlib.util import find_spec


class TorchMissingError(Exception):
    """A command that trains or exports was started without torch."""


def require_torch() -> None:
    """Raise TorchMissingError, which says how to install torch, where it is not installed."""
    if find_spec("torch") is None:
        raise TorchMissingError(
            "this command needs torch: uv pip install torch --torch-backend=cpu"
        )
