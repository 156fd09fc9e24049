"""Somebody who says things, and what is read and answered."""

from collections.abc import Callable

import pytest

from backend.plain_words.proposal import Reading
from backend.plain_words.rules.reader import read
from contract.chat import TrainingSetup
from testkit.training_chat import Chat
from testkit.training_forms import KNOWN, SUNDAY

Say = Callable[..., Reading]


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def said() -> Say:
    """What is read in a message, in a set-up so far."""

    def read_it(message: str, setup: TrainingSetup | None = None) -> Reading:
        return read(message, setup or TrainingSetup(), KNOWN, SUNDAY)

    return read_it
