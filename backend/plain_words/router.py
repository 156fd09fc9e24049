"""POST /chat/training."""

from fastapi import APIRouter, Request
from pydantic import TypeAdapter

from backend.access.asking import owner_of
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.plain_words.errors import ConversationBusy, ConversationOver, UnknownConversation
from backend.plain_words.service import PlainWordsService
from backend.providers.choice import KEY_PARAMETERS, provider_of
from backend.storage.errors import DatabaseUnavailable
from contract.chat import TrainingMessage, TrainingReply

router = APIRouter(prefix="/chat", tags=["assistant"])

MESSAGE = TypeAdapter(TrainingMessage)
SAID = {"message": "지난달 낙상으로 낙상 감지기를 학습해 줘"}
REPLY = {
    "conversation_id": "9mJ0c2nUo3yYb1kq5sXW4g",
    "intent": "train",
    "read_by": "rules",
    "setup": {
        "recipe": "fall-lstm",
        "dataset_version_ids": ["5f3a9c1e7b2d4608"],
        "subset": {
            "labels": ["fall"],
            "camera_ids": None,
            "people": None,
            "since": "2026-10-01",
            "until": "2026-10-31",
        },
        "settings": {},
        "base": None,
        "queue": "usual",
    },
    "missing": [],
    "reply": "레시피: 낙상 감지기 (fall-lstm).\n…\n시작할까요?",
    "ready": True,
    "digest": "0b" * 32,
    "job": None,
}


@router.post(
    "/training",
    openapi_extra={**json_body(MESSAGE, SAID), "parameters": KEY_PARAMETERS},
    responses=answers(
        REPLY,
        *OF_A_BODY,
        UnknownConversation,
        ConversationBusy,
        ConversationOver,
        DatabaseUnavailable,
    ),
)
async def training(request: Request, body: Body) -> TrainingReply:
    """Plain words become a training set-up, over several turns; nothing starts without a yes.

    For owners. Without a key of a provider, rules read the message.
    """
    caller = owner_of(request)
    said = parse_model(MESSAGE, body)
    service: PlainWordsService = request.app.state.plain_words
    provider = provider_of(request.headers, request.app.state.provider_settings)
    return await service.answer(caller, said, provider)
