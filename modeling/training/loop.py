"""The one loop: networks learn epoch by epoch, and go on where a stopped run ended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Protocol, TypeAlias

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from modeling.training.runs.snapshots import Snapshot
from modeling.training.settings import LoopSettings


@dataclass(frozen=True)
class Epoch:
    """Epoch `number`, from 1: the mean loss over its steps and all networks.

    `held_out` is their mean loss after it over what is held out, None where nothing is.
    """

    number: int
    loss: float
    held_out: float | None = None


OnEpoch: TypeAlias = Callable[[Epoch], None]

HeldOutLoss: TypeAlias = Callable[[nn.Module], Tensor]
"""The loss of a network over what is held out from it."""


class Lessons(Protocol):
    """A network, and what it learns from in so many `steps` an epoch.

    All that is random about it comes from torch's generator.
    """

    network: nn.Module
    steps: int

    def losses(self) -> Iterator[Tensor]:
        """The loss of each step of an epoch, of the network as it then is."""
        ...


class Learner:
    """A fit between two epochs: its networks, and all that their next epoch depends on.

    `start` makes the lessons, after the seed is set.
    """

    def __init__(self, start: Callable[[], Sequence[Lessons]], settings: LoopSettings) -> None:
        torch.manual_seed(settings.seed)
        self.epochs: list[Epoch] = []
        self._members = [_Member(lessons, settings) for lessons in start()]

    @property
    def networks(self) -> list[nn.Module]:
        """In the order of the lessons."""
        return [member.network for member in self._members]

    def learn(self, held_out_loss: HeldOutLoss | None = None) -> None:
        """One epoch of every network, one after the other."""
        losses = [member.learn() for member in self._members]
        held_out = held_out_loss and _mean(
            [member.judge(held_out_loss) for member in self._members]
        )
        self.epochs.append(Epoch(len(self.epochs) + 1, _mean(losses), held_out))

    def state(self) -> dict[str, Any]:
        """What a learner of the same lessons and settings needs to go on from here."""
        return {
            "epochs": [astuple(epoch) for epoch in self.epochs],
            "members": [member.state() for member in self._members],
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where `state` was taken."""
        self.epochs = [Epoch(*values) for values in state["epochs"]]
        for member, of_member in zip(self._members, state["members"], strict=True):
            member.restore(of_member)
        torch.set_rng_state(state["random"])


class _Member:
    """One network with its optimizer and schedule."""

    def __init__(self, lessons: Lessons, settings: LoopSettings) -> None:
        self.network = lessons.network
        self._lessons = lessons
        self._optimizer = AdamW(
            self.network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
        self._schedule = OneCycleLR(
            self._optimizer, settings.learning_rate, total_steps=settings.epochs * lessons.steps
        )

    def learn(self) -> float:
        """One epoch; the mean loss of its steps."""
        self.network.train()
        losses = []
        for loss in self._lessons.losses():
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            self._schedule.step()
            losses.append(loss.item())
        return _mean(losses)

    def judge(self, held_out_loss: HeldOutLoss) -> float:
        """How it now does on what is held out; nothing random is drawn."""
        self.network.eval()
        with torch.no_grad():
            return held_out_loss(self.network).item()

    def state(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])


def fit(
    start: Callable[[], Sequence[Lessons]],
    settings: LoopSettings,
    on_epoch: OnEpoch,
    snapshot: Snapshot | None = None,
    held_out_loss: HeldOutLoss | None = None,
) -> list[nn.Module]:
    """Train from the start, or on from `snapshot`, which is renewed after each epoch.

    Gives the networks of the lessons that `start` makes. `on_epoch` hears of each epoch, also of
    those that the snapshot already holds.
    """
    learner = Learner(start, settings)
    if snapshot is not None and (state := snapshot.load()) is not None:
        learner.restore(state)
    for number in range(settings.epochs):
        if number >= len(learner.epochs):
            learner.learn(held_out_loss)
            if snapshot is not None:
                snapshot.save(learner.state())
        on_epoch(learner.epochs[number])
    return learner.networks


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def make_repeatable() -> None:
    """One thread and deterministic kernels: the same seed gives the same weights here."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
