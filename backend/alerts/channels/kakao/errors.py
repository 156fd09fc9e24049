"""What Kakao's refusals mean for a memo.

ChannelError
    AccessTokenRefused   -401: a refresh may help
"""

from http import HTTPStatus

from backend.alerts.channels.base import ChannelError, Disposition

BY_CODE: dict[int, Disposition] = {
    **dict.fromkeys([-1, -7, -9798], Disposition.RETRY),
    -603: Disposition.AMBIGUOUS,
    **dict.fromkeys([-401, -402], Disposition.ACCESS),
    **dict.fromkeys([-10, -532, -533, -536], Disposition.QUOTA),
    **dict.fromkeys([-2, -8, -9, -501, -502, -530, -602, -606, -903, -911], Disposition.PERMANENT),
    **dict.fromkeys([-3, -4, -5, -6, -12], Disposition.PERMANENT),
}
"""By the API's `code`; its `msg` may change. A code that is not listed is tried again."""

NOT_LOGGED_IN = (
    "nobody has logged in to Kakao yet: use run-kakao-login or the button of the page, "
    "or set KAKAO_ACCESS_TOKEN"
)
NO_CONSENT = "the consent to talk_message is missing: log in again and tick it"
LOG_IN_AGAIN = "log in to Kakao again, with run-kakao-login or the button of the page"

AUTH_REASONS: dict[str, str] = {
    "KOE101": "Kakao does not know the key: correct it on page Channels, or KAKAO_REST_API_KEY",
    "KOE010": "Kakao refuses the secret: correct it on page Channels, or KAKAO_CLIENT_SECRET",
    "KOE303": "Kakao knows another redirect URI for this login: register the one that was shown",
    "KOE320": f"the login's code was used already or is too old: {LOG_IN_AGAIN}",
    "KOE322": f"the refresh token is dead: {LOG_IN_AGAIN}",
}
"""What the household has to do about the login's codes that do not pass by themselves."""


class AccessTokenRefused(ChannelError):
    """-401: the access token is dead or unknown."""

    def __init__(self) -> None:
        super().__init__(Disposition.ACCESS, f"the access token is dead: {LOG_IN_AGAIN}")


def api_refusal(status: int, answer: dict[str, object], *, empty: bool) -> ChannelError:
    """The error of an API answer that is no success; `empty` says that it had no body at all.

    A gateway's time-out is as ambiguous as our own, whatever its body says.
    """
    code = answer.get("code")
    if not isinstance(code, int):
        lost = status >= HTTPStatus.INTERNAL_SERVER_ERROR and empty
        lost = lost or status == HTTPStatus.GATEWAY_TIMEOUT
        kind = Disposition.AMBIGUOUS if lost else Disposition.RETRY
        return ChannelError(kind, f"Kakao answered {status} without a code")
    if code == -401:
        return AccessTokenRefused()
    reason = f"Kakao answered {status}, code {code}"
    if code == -402:
        reason += f": {NO_CONSENT}"
    return ChannelError(BY_CODE.get(code, Disposition.RETRY), reason)


def login_refusal(status: int, answer: dict[str, object]) -> ChannelError:
    """The error of a refused login or refresh. Its description may hold a code: never read it."""
    code = str(answer.get("error_code", ""))
    if code in AUTH_REASONS:
        return ChannelError(Disposition.ACCESS, f"{AUTH_REASONS[code]} ({code})")
    if answer.get("error") in ("invalid_grant", "invalid_client"):
        return ChannelError(Disposition.ACCESS, f"Kakao refuses the login: {LOG_IN_AGAIN}")
    named = f", {code}" if code.startswith("KOE") and code[3:].isdigit() else ""
    reason = f"Kakao answered {status}{named} instead of an access token"
    return ChannelError(Disposition.RETRY, reason)
