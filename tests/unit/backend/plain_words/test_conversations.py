import pytest

from backend.access.keys import Caller
from backend.plain_words.conversations import (
    MAX_AGE_SEC,
    MAX_CONVERSATIONS,
    MAX_OF_ONE,
    Conversations,
)
from backend.plain_words.errors import ConversationBusy, UnknownConversation
from testkit.clock import Clock
from testkit.households import HOME

MINJI, JUNHO = Caller("minji", HOME, person_id=1), Caller("junho", HOME, person_id=2)


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def kept(clock: Clock) -> Conversations:
    return Conversations(clock)


def begin(kept: Conversations, caller: Caller = MINJI) -> str:
    with kept.turn(caller, None) as begun:
        return begun.id


def test_conversation_goes_on(kept: Conversations) -> None:
    first = begin(kept)
    with kept.turn(MINJI, first) as conversation:
        assert (conversation.id, conversation.turns) == (first, 2)


def test_nobody_else_finds_it(kept: Conversations) -> None:
    first = begin(kept)
    for other in (JUNHO, Caller("minji of another home", person_id=1, household_id=2)):
        with pytest.raises(UnknownConversation), kept.turn(other, first):
            pass


def test_second_message_waits_for_the_answer_to_the_first(kept: Conversations) -> None:
    first = begin(kept)
    with kept.turn(MINJI, first):  # noqa: SIM117 (the second is refused within the first)
        with pytest.raises(ConversationBusy), kept.turn(MINJI, first):
            pass
    with kept.turn(MINJI, first) as conversation:
        assert conversation.turns == 3


def test_one_that_failed_is_not_busy_any_more(kept: Conversations) -> None:
    first = begin(kept)
    with pytest.raises(RuntimeError), kept.turn(MINJI, first):
        raise RuntimeError
    with kept.turn(MINJI, first) as conversation:
        assert conversation.is_busy


def test_old_one_is_forgotten(kept: Conversations, clock: Clock) -> None:
    first = begin(kept)
    clock.sleep(MAX_AGE_SEC - 1)
    with kept.turn(MINJI, first):
        pass
    clock.sleep(MAX_AGE_SEC + 1)
    with pytest.raises(UnknownConversation), kept.turn(MINJI, first):
        pass
    assert len(kept) == 0


def test_oldest_of_one_person_gives_way_and_nobody_elses(kept: Conversations, clock: Clock) -> None:
    of_junho, first = begin(kept, JUNHO), begin(kept)
    for _ in range(MAX_OF_ONE):
        clock.sleep(1)
        begin(kept)
    with pytest.raises(UnknownConversation), kept.turn(MINJI, first):
        pass
    with kept.turn(JUNHO, of_junho):
        assert len(kept) == MAX_OF_ONE + 1


def test_there_are_never_more_than_some(kept: Conversations) -> None:
    for number in range(MAX_CONVERSATIONS + 20):
        begin(kept, Caller("somebody", HOME, person_id=number))
    assert len(kept) == MAX_CONVERSATIONS
