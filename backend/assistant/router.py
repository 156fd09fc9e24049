"""/api/chat: questions in words to the record or to a table of one's own."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from pydantic import TypeAdapter

from backend.access.keys import Caller
from backend.access.middleware import check_household
from backend.assistant.errors import (
    AnotherTable,
    AnswerGoing,
    ChatLimitReached,
    ConversationOver,
    NoProviderKey,
    ProviderKeyRefused,
    ProviderRefused,
    ProviderUnavailable,
    UnknownConversation,
)
from backend.assistant.examples import ANSWER, CONVERSATION, QUESTION, SHOWN, USAGE
from backend.assistant.export import as_text
from backend.assistant.service import AssistantService
from backend.assistant.streaming import AnswerEvents, while_there
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, Responses, answers, json_body, problems
from backend.people.schemas import Done
from backend.people.service import PeopleService
from backend.providers.choice import KEY_PARAMETERS, provider_of
from contract.assistant import ChatAnswer, ChatAsked, ChatUsage, ConversationShown

router = APIRouter(prefix="/api/chat", tags=["assistant"])

ASKED = TypeAdapter(ChatAsked)
EVENT_STREAM = "text/event-stream"
STREAMED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
OF_A_MESSAGE = (
    NoProviderKey,
    ProviderKeyRefused,
    ProviderRefused,
    ProviderUnavailable,
    UnknownConversation,
    ConversationOver,
    AnotherTable,
    AnswerGoing,
    ChatLimitReached,
)


def _answers() -> Responses:
    described = answers(ANSWER, *OF_A_BODY, *OF_A_MESSAGE)
    described[200]["content"][EVENT_STREAM] = {"schema": {"type": "string"}}
    return described


@router.post(
    "/message",
    openapi_extra={**json_body(ASKED, QUESTION), "parameters": KEY_PARAMETERS},
    responses=_answers(),
    response_model=ChatAnswer,
)
async def message(request: Request, body: Body) -> Any:
    """The answer of a model, by the tools; each number has the call that it came from, as `[1]`.

    With `Accept: text/event-stream` it comes as events while it comes about: `text` (`round`,
    `text`; a later round starts over), `tool_call`, and at last `done` with the whole answer, or
    `error`. Who closes the connection stops the work.
    """
    caller, asked = _caller(request), parse_model(ASKED, body)
    provider = provider_of(request.headers, request.app.state.provider_settings)
    work = partial(_service(request).answer, caller, asked, provider)
    if EVENT_STREAM not in request.headers.get("accept", ""):
        return await while_there(request, work())
    events = await AnswerEvents(request, work).begin()
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=STREAMED)


@router.get("/conversations", responses=answers([SHOWN]))
def conversations(request: Request) -> list[ConversationShown]:
    """One's own conversations, without their turns, the newest first."""
    return _service(request).conversations.listed(_caller(request))


@router.delete("/conversations", responses=answers({"success": True}))
def erase_conversations(request: Request) -> Done:
    """Erase all of one's own conversations."""
    _service(request).conversations.erase_all(_caller(request))
    return Done()


@router.get(
    "/conversations/{conversation_id}",
    responses=answers(CONVERSATION, UnknownConversation),
)
def conversation(request: Request, conversation_id: str) -> ConversationShown:
    """One of one's own conversations, with its turns."""
    return _service(request).conversations.find(_caller(request), conversation_id)


@router.delete(
    "/conversations/{conversation_id}", responses=answers({"success": True}, UnknownConversation)
)
def erase_conversation(request: Request, conversation_id: str) -> Done:
    """Erase one of one's own conversations."""
    _service(request).conversations.erase(_caller(request), conversation_id)
    return Done()


@router.get(
    "/conversations/{conversation_id}/export",
    response_class=Response,
    responses={
        200: {
            "content": {
                "application/json": {"example": CONVERSATION},
                "text/plain": {"schema": {"type": "string"}},
            }
        },
        **problems(UnknownConversation),
    },
)
def export(
    request: Request,
    conversation_id: str,
    form: Annotated[Literal["json", "text"], Query(alias="format")] = "json",
) -> Response:
    """One of one's own conversations as a file, as JSON or as a text to read."""
    caller, service = _caller(request), _service(request)
    found = service.conversations.find(caller, conversation_id)
    ending = {"json": "json", "text": "txt"}[form]
    headers = {"Content-Disposition": f'attachment; filename="conversation.{ending}"'}
    if form == "json":
        return Response(found.model_dump_json(), media_type="application/json", headers=headers)
    people: PeopleService = request.app.state.people
    text = as_text(found, people.zone(caller.household_id), service.language_of(caller))
    return PlainTextResponse(text, headers=headers)


@router.get("/usage", responses=answers(USAGE))
def usage(request: Request) -> ChatUsage:
    """What one has used of the assistant today, and may use in a day."""
    return _service(request).usage.of(_caller(request))


def _caller(request: Request) -> Caller:
    """Whoever of the household asks."""
    caller: Caller = request.state.caller
    check_household(caller)
    return caller


def _service(request: Request) -> AssistantService:
    service: AssistantService = request.app.state.assistant
    return service
