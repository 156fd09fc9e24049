"""GET /debug/kakao/token-check and POST /debug/kakao/send-test."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.alerts.channels.kakao import debug
from backend.alerts.channels.kakao.channel import TokenCheck
from backend.alerts.channels.kakao.debug import SendTest
from backend.alerts.message.render import MAX_TEXT_LENGTH
from backend.alerts.service import AlertService
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body

router = APIRouter(prefix="/debug/kakao", tags=["debug"])

DEFAULT_TEXT = "[돌봄] 시험 메시지입니다. 이 메시지가 보이면 알림이 제대로 설정된 것입니다."


class TestMemo(BaseModel):
    """The memo to try with."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)] = DEFAULT_TEXT


TEST_MEMO = TypeAdapter(TestMemo)
CHECKED = {
    "can_send": True,
    "token_alive": True,
    "talk_message_granted": True,
    "access_token_expires_at": 1_795_960_800.0,
    "memos_today": 1,
    "memos_a_day": 20,
}


@router.get("/token-check", responses=answers(CHECKED))
async def token_check(request: Request) -> TokenCheck:
    """Whether a memo could be sent now, and what stands in its way."""
    return await run_in_threadpool(debug.token_check, _service(request))


@router.post(
    "/send-test",
    openapi_extra=json_body(TEST_MEMO, {"text": "hello"}, required=False),
    responses=answers({"sent": True}, *OF_A_BODY),
)
async def send_test(request: Request, body: Body) -> SendTest:
    """Send a memo now, past the queue, and say what Kakao answered."""
    memo = parse_model(TEST_MEMO, body or b"{}")
    return await run_in_threadpool(debug.send_test, _service(request), memo.text)


def _service(request: Request) -> AlertService:
    service: AlertService = request.app.state.alerts
    return service
