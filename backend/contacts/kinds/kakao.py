"""KakaoTalk: a memo in the person's own chat, once they have agreed to it in their browser."""

from typing import Literal

from backend.alerts.channels.base import Channel
from backend.alerts.channels.kakao.channel import open_account
from backend.alerts.channels.kakao.token_file import TokenFile
from backend.contacts.contact import Contact
from backend.contacts.kinds.base import Form, Kind, Means, Words

CONNECT = "/kakao/connect"


class KakaoForm(Form):
    """Nothing is filled in: the browser goes to Kakao, and comes back."""

    kind: Literal["kakao"]


class Kakao(Kind[KakaoForm]):
    """Makes no sound: the record in the person's chat beside a way that rings."""

    name = "kakao"
    title = Words("카카오톡", "KakaoTalk")
    help = Words(
        "버튼을 눌러 카카오에 로그인하고 메시지 전송에 동의하세요. 소리는 나지 않습니다.",
        "Log in to Kakao with the button, and agree to messages. They make no sound.",
    )
    form = KakaoForm
    rings = False
    connect = CONNECT

    def missing(self, means: Means) -> Words | None:
        """The app's key."""
        if means.kakao_app.key():
            return None
        return Words(
            "먼저 관리자가 카카오 앱의 키를 입력해야 합니다.",
            "An owner has to enter the key of the Kakao app first.",
        )

    def address(self, form: KakaoForm, means: Means) -> str:  # noqa: ARG002
        """None: it comes of the login."""
        raise ValueError(f"kind: expected a browser at {CONNECT}, and no form")

    def open(self, contact: Contact, means: Means) -> Channel:
        """The channel of the person's tokens."""
        return open_account(means.kakao, _file(contact, means), means.clock, contact.channel)

    def forget(self, contact: Contact, means: Means) -> None:
        """Remove the tokens."""
        _file(contact, means).remove()


def _file(contact: Contact, means: Means) -> TokenFile:
    return TokenFile.of_person(means.kakao.data_dir, contact.person_id)


KIND = Kakao()
