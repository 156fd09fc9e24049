"""What can be set of KakaoTalk."""

from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from common import settings
from common.settings import BaseUrl, ExpandedPath, WebUrl
from contract.access import Token

UNSET = "KAKAO_ACCESS_TOKEN is not set, and nobody has logged in with run-kakao-login"


class Settings(settings.Settings):
    """The household's app and log-in, and the button of its memos."""

    data_dir: ExpandedPath = Path("data")
    alert_link_url: WebUrl | None = None
    alert_button_title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=14)
    ] = "확인하기"
    kakao_access_token: Token | None = None
    kakao_refresh_token: Token | None = None
    kakao_rest_api_key: Token | None = None
    kakao_client_secret: Token | None = None
    kakao_api_url: BaseUrl = "https://kapi.kakao.com"
    kakao_auth_url: BaseUrl = "https://kauth.kakao.com"
