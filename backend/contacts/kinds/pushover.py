"""Pushover: an app that rings through the phone's quiet mode, for a price."""

from typing import Annotated, Literal

from pydantic import AfterValidator, SecretStr

from backend.contacts.kinds.base import (
    AppriseKind,
    Form,
    Means,
    Words,
    asked,
    check_address,
    of_form,
)

Key = Annotated[SecretStr, AfterValidator(of_form(r"[A-Za-z0-9]{30}", "30 letters and digits"))]


class PushoverForm(Form):
    """The two keys of its page."""

    kind: Literal["pushover"]
    user_key: Key = asked("사용자 키", "User key", secret=True)
    app_token: Key = asked("애플리케이션 토큰", "Application token", secret=True)


class Pushover(AppriseKind[PushoverForm]):
    """High priority: it rings in Pushover's own quiet hours too."""

    name = "pushover"
    title = Words("Pushover", "Pushover")
    help = Words(
        "pushover.net에서 애플리케이션을 등록하고, 두 키를 여기에 넣으세요.",
        "Register an application at pushover.net, and put both keys in here.",
    )
    form = PushoverForm

    def address(self, form: PushoverForm, means: Means) -> str:  # noqa: ARG002
        """Apprise's."""
        user, app = form.user_key.get_secret_value(), form.app_token.get_secret_value()
        return check_address(f"pover://{user}@{app}?priority=high")


KIND = Pushover()
