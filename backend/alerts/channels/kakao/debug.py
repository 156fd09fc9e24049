"""Whether Kakao would take a memo now, as the debug routes answer it."""

from dataclasses import dataclass, replace

from backend.alerts.channels.base import ChannelError, Disposition, Memo
from backend.alerts.channels.kakao.channel import HOUSEHOLDS, KakaoChannel, TokenCheck
from backend.alerts.channels.kakao.settings import UNSET
from backend.alerts.service import AlertService

QUOTA_NEAR = "Kakao may refuse more memos until midnight in Korea"


@dataclass(frozen=True)
class SendTest:
    """What came of a test memo."""

    sent: bool
    disposition: Disposition | None = None
    reason: str | None = None


def token_check(alerts: AlertService) -> TokenCheck:
    """Ask Kakao whether a memo could be sent now; blocks for as long as Kakao takes."""
    if (kakao := _kakao(alerts)) is None:
        return TokenCheck(
            can_send=False,
            reason=UNSET,
            token_alive=False,
            talk_message_granted=False,
            access_token_expires_at=None,
            refresh_token_expires_at=None,
        )
    check = replace(kakao.token_check(), memos_today=alerts.memos_today(kakao))
    refusal = alerts.failure_of(kakao.name)
    if check.can_send and refusal and refusal.disposition is Disposition.QUOTA:
        return replace(check, can_send=False, reason=refusal.reason)
    if check.warning is None and check.memos_today >= check.memos_a_day:
        return replace(check, warning=QUOTA_NEAR)
    return check


def send_test(alerts: AlertService, text: str) -> SendTest:
    """Send `text`, past the ledger; raises ValueError unless it is 1 to 200 characters."""
    if (kakao := _kakao(alerts)) is None:
        return SendTest(False, reason=UNSET)
    try:
        kakao.send(Memo(text))
    except ChannelError as error:
        return SendTest(False, error.disposition, error.reason)
    return SendTest(True)


def _kakao(alerts: AlertService) -> KakaoChannel | None:
    channel = alerts.channels.get(HOUSEHOLDS)
    return channel if isinstance(channel, KakaoChannel) else None
