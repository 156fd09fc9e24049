"""What the rest of the server asks about pictures, whoever answers it."""

from collections.abc import Iterable
from typing import Literal, Protocol

from pydantic import BaseModel

from backend.part import Part
from contract.vision import Prediction


class ModelState(BaseModel):
    """One image model: `version` is the one that answers, `reason` why a newer or any is not."""

    name: str
    status: Literal["ready", "unavailable"]
    version: str | None = None
    labels: tuple[str, ...] = ()
    reason: str | None = None


class VisionHealth(BaseModel):
    """That the server answers, and what each of its image models is doing."""

    status: Literal["AI server is running"] = "AI server is running"
    models: list[ModelState]


def describe_failures(states: Iterable[ModelState]) -> str | None:
    """What is wrong with which model, in one line."""
    return "; ".join(f"{state.name}: {state.reason}" for state in states if state.reason) or None


class Predictor(Protocol):
    """Held in `app.state.vision`; used only from the event loop."""

    async def predict(
        self, model_name: str, image: bytes, previous: bytes | None = None
    ) -> Prediction:
        """What the model says of `image`, a JPEG, PNG or WebP; `previous` is the picture before it.

        Raises UnknownModel, ImageTooLarge, UnsupportedImage, BrokenImage, VisionBusy,
        ModelUnavailable or VisionAway.
        """

    def states(self) -> list[ModelState]:
        """Every model, in the table's order; at hand, never waited for."""

    def health(self) -> Part:
        """Whether every model is ready, and what each is doing."""

    @property
    def failure(self) -> str | None:
        """Why not every model is ready, in one line."""

    async def start(self) -> None:
        """Begin to answer."""

    async def stop(self) -> None:
        """Answer what was accepted, and end."""
