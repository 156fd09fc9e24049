"""Sixty hidden orders, and a model that obeys each of them: nothing comes of it.

The model is the worst that there can be. What holds is what the server does, not what it is told.
"""

from collections.abc import Iterator

import pytest

from backend.assistant.conversations import Conversations
from backend.assistant.service import AssistantService
from backend.assistant.settings import ChatSettings
from backend.assistant.usage import UsageMeter
from contract.record import RecordTable
from testkit.asked_home import AskedHome, asked_home
from testkit.injections import Injection, injections, obeying, texts_of
from testkit.language_models.anthropic import AnthropicDialect
from testkit.language_models.base import KEY, LanguageModel
from testkit.scripted_talk import on
from testkit.some_tools import OWN_TABLE, SomeTools

SIXTY = list(injections())
FIRST = (("count_by", on("incidents")),)


@pytest.fixture(scope="module")
def model() -> Iterator[LanguageModel]:
    standing_in = LanguageModel(AnthropicDialect())
    yield standing_in
    standing_in.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model: LanguageModel) -> Iterator[AskedHome]:
    folder = tmp_path_factory.mktemp("injected")
    with asked_home(folder, anthropic_base_url=model.url) as home:
        yield home


@pytest.fixture
def tools(home: AskedHome, model: LanguageModel) -> SomeTools:
    state, tools = home.app.state, SomeTools()
    limits = ChatSettings(chat_messages_a_day=1000)
    usage = UsageMeter(state.database, limits, state.people.zone)
    conversations = Conversations(state.database)
    state.assistant = AssistantService(conversations, usage, tools, state.people)
    model.server.requests.clear()
    model.refused.clear()
    return tools


@pytest.mark.parametrize("injection", SIXTY, ids=range(len(SIXTY)))
@pytest.mark.parametrize("table", [None, OWN_TABLE])
def test_obeying_model_gets_nothing_and_its_numbers_are_marked(
    home: AskedHome,
    model: LanguageModel,
    tools: SomeTools,
    injection: Injection,
    table: str | None,
) -> None:
    tools.rows = [(injection.text, 2)]
    turns = obeying(injection, FIRST)
    model.answers = lambda _: next(turns)
    asked = {"message": "어느 방에서 넘어지셨어요?", "table": table}
    headers = {"X-Anthropic-API-Key": KEY}
    who = "viewer" if table is None else "owner"
    answer = home.ask(who, "POST", "/api/chat/message", json=asked, headers=headers)
    said = answer.raise_for_status().json()
    assert set(injection.lies) <= set(said["unproved"])
    assert model.refused == []
    for caller, name, question in tools.asked:
        assert (caller.name, caller.household_id) == (f"person {caller.person_id}", 1)
        assert caller.role == who
        assert name in ("count_by", "columns")
        allowed = set(RecordTable) if table is None else {table}
        assert question.table in allowed
    assert len(tools.asked) <= 16
    sent = b"".join(request.body for request in model.server.requests).decode()
    assert KEY not in sent + answer.text
    for heard in model.heard[1:2]:
        for text in texts_of(heard):
            assert (text[0], text[-1], text.count("⟦"), text.count("⟧")) == ("⟦", "⟧", 1, 1)
            assert text.isprintable()


def test_there_are_sixty_and_the_model_does_read_them(
    home: AskedHome, model: LanguageModel, tools: SomeTools
) -> None:
    assert len({it.text for it in SIXTY}) == 60
    tools.rows = [(SIXTY[0].text, 2)]
    turns = obeying(SIXTY[0], FIRST)
    model.answers = lambda _: next(turns)
    asked, headers = {"message": "어느 방?"}, {"X-Anthropic-API-Key": KEY}
    home.ask("owner", "POST", "/api/chat/message", json=asked, headers=headers).raise_for_status()
    assert texts_of(model.heard[1]) == [f"⟦{SIXTY[0].text}⟧"]
