"""/ask: questions in words, by a language model of one's own choice."""

from typing import Any

from fastapi import Request, Response
from pydantic import TypeAdapter
from pydantic_core import to_json

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.assistant.service import AssistantService
from backend.audit.service import AuditService
from backend.datasets.own_table import OwnTable
from backend.errors import ApiError
from backend.http.bodies import LargeBody, parse_model
from backend.tools.service import ToolService
from backend.web.asking.turns import TurnViews
from backend.web.asking.words import AnswerWords
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of, see
from backend.web.plot_policy import with_plots
from backend.web.provider_names import PROVIDERS
from backend.web.sentences import SENTENCES
from contract.assistant import MAX_MESSAGE, ChatAnswer, ConversationShown

router = page_router()

ANSWERED = TypeAdapter(ChatAnswer)
DONE = {
    "erased": N_("The conversation is erased."),
    "all-erased": N_("All your conversations are erased."),
}
TOLD = (
    "another_table",
    "conversation_over",
    "forbidden",
    "internal_error",
    "too_many_requests",
    "unknown_conversation",
)
"""Errors that the page says in its own words; the assistant says the others in the reader's."""


@router.get("/ask")
def page(request: Request, conversation: str = "", done: str = "") -> Response:
    """The page, with the conversation that is gone on with."""
    return _page(request, conversation, done)


@router.post("/ask/turn")
def turn(request: Request, body: LargeBody) -> Response:
    """An answer of the API, as the page shows it; nothing is kept of it."""
    shown = views_of(request).new(parse_model(ANSWERED, body))
    return pages_of(request).render(request, "parts/ask_turn.html", turn=shown, number="new")


@router.post("/ask/conversations/removal")
def erase_all(request: Request) -> Response:
    """Erase all of one's own."""
    _assistant(request).conversations.erase_all(request.state.caller)
    return see("/ask?done=all-erased")


@router.post("/ask/conversations/{conversation_id}/removal")
def erase(request: Request, conversation_id: str) -> Response:
    """Erase one of one's own."""
    try:
        _assistant(request).conversations.erase(request.state.caller, conversation_id)
    except ApiError as error:
        return _page(request, "", "", error)
    return see("/ask?done=erased")


def views_of(request: Request) -> TurnViews:
    """What makes turns and cards, in the words of whoever looks."""
    language = pages_of(request).view(request).language
    tools: ToolService = request.app.state.tools
    titles = {it.name: it.title for it in tools.tools(language)}
    return TurnViews(AnswerWords(language, pages_of(request).texts(request)), titles)


def note_look(request: Request) -> None:
    """Write down that somebody looks at the record."""
    audit: AuditService = request.app.state.audit
    audit.looked(request.state.caller, "record")


def _page(
    request: Request, conversation_id: str, done: str, error: ApiError | None = None
) -> Response:
    caller: Caller = request.state.caller
    pages, assistant = pages_of(request), _assistant(request)
    opened: ConversationShown | None = None
    try:
        if conversation_id:
            note_look(request)
            opened = assistant.conversations.find(caller, conversation_id)
    except ApiError as unknown:
        error = unknown
    shown = pages.render(
        request,
        "ask.html",
        int(error.status) if error else 200,
        said=pages.texts(request).gettext(DONE[done]) if done in DONE else "",
        sentence=pages.sentence(request, error) if error else "",
        conversation=opened,
        conversations=assistant.conversations.listed(caller),
        usage=assistant.usage.of(caller),
        **_values(request, opened),
    )
    return with_plots(shown)


def _values(request: Request, opened: ConversationShown | None) -> dict[str, Any]:
    """What the page and its script need, whatever is talked about."""
    texts, views = pages_of(request).texts(request), views_of(request)
    return {
        "turns": [views.kept(it) for it in opened.turns] if opened else [],
        "tables": {it.version_id: it.title for it in _own_tables(request)},
        "titles": to_json(views.titles).decode(),
        "sentences": to_json({it: texts.gettext(SENTENCES[it]) for it in TOLD}).decode(),
        "providers": PROVIDERS,
        "most": MAX_MESSAGE,
    }


def _own_tables(request: Request) -> list[OwnTable]:
    """Those that an owner may ask about."""
    caller: Caller = request.state.caller
    if caller.role is not Role.OWNER:
        return []
    found: list[OwnTable] = request.app.state.dataset_tables.tables(caller.household_id)
    return found


def _assistant(request: Request) -> AssistantService:
    service: AssistantService = request.app.state.assistant
    return service
