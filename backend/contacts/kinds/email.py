"""E-mail, through an account that the person has at some provider."""

from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from pydantic import Field, SecretStr

from backend.contacts.kinds.base import AppriseKind, Form, Means, Words, asked, check_address

SERVERS = {
    "gmail.com": "smtp.gmail.com:587",
    "naver.com": "smtp.naver.com:465",
    "daum.net": "smtp.daum.net:465",
    "hanmail.net": "smtp.daum.net:465",
    "kakao.com": "smtp.kakao.com:465",
    "icloud.com": "smtp.mail.me.com:587",
    "yahoo.com": "smtp.mail.yahoo.com:465",
}
"""Where those take mail, by what stands behind the @."""
TLS_FROM_THE_START = "465"
USUAL_PORT = "587"

MailAddress = Annotated[
    str, Field(max_length=254, pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]
Server = Annotated[str, Field(max_length=260, pattern=r"^[A-Za-z0-9.-]+(:\d{1,5})?$")]


class EmailForm(Form):
    """Whom to write to, and the account that writes."""

    kind: Literal["email"]
    to: MailAddress = asked("받는 주소", "Send to")
    account: MailAddress = asked("보내는 계정의 주소", "Address of the account that sends")
    password: Annotated[SecretStr, Field(min_length=1, max_length=256)] = asked(
        "그 계정의 앱 비밀번호", "App password of that account", secret=True
    )
    server: Server | None = asked(
        "SMTP 서버 (다른 업체인 경우)", "SMTP server (of another provider)", default=None
    )


class Email(AppriseKind[EmailForm]):
    """Quiet on most phones, and slow: the last of the ways."""

    name = "email"
    title = Words("이메일", "E-mail")
    help = Words(
        "메일 업체에서 앱 비밀번호를 만들어 넣으세요. 대부분의 휴대전화에서 소리가 작습니다.",
        "Make an app password at your provider. Mail is quiet on most phones.",
    )
    form = EmailForm
    rings = False

    def address(self, form: EmailForm, means: Means) -> str:  # noqa: ARG002
        """Apprise's; raises ValueError where the provider's server is not known."""
        domain = form.account.rpartition("@")[2].lower()
        server = form.server or SERVERS.get(domain)
        if server is None:
            known = ", ".join(SERVERS)
            raise ValueError(f"server: expected the SMTP server of {domain}; known are {known}")
        host, _, port = server.partition(":")
        port = port or USUAL_PORT
        query = {
            "user": form.account,
            "pass": form.password.get_secret_value(),
            "smtp": host,
            "mode": "ssl" if port == TLS_FROM_THE_START else "starttls",
            "from": form.account,
            "to": form.to,
        }
        return check_address(f"mailtos://{domain}:{port}?{urlencode(query, quote_via=quote)}")

    def label(self, form: EmailForm) -> str:
        """Whom it is sent to."""
        return form.to[:60]

    def names_server(self, form: EmailForm) -> bool:
        """Whether it is none of the providers' known ones."""
        return form.server is not None


KIND = Email()
