"""Telegram: a bot of the household's that writes to the person."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from backend.contacts.kinds.base import (
    AppriseKind,
    Form,
    Means,
    Words,
    asked,
    check_address,
    of_form,
)

BOT = r"\d{5,20}:[\w-]{30,64}"


class TelegramForm(Form):
    """A bot, and the chat that it writes to."""

    kind: Literal["telegram"]
    bot_token: Annotated[
        SecretStr, AfterValidator(of_form(BOT, "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"))
    ] = asked("봇 토큰 (@BotFather가 알려 줍니다)", "Bot token (from @BotFather)", secret=True)
    chat_id: Annotated[str, Field(pattern=r"^-?\d{1,20}$")] = asked(
        "채팅 번호 (@userinfobot이 알려 줍니다)", "Chat id (from @userinfobot)"
    )


class Telegram(AppriseKind[TelegramForm]):
    """Rings where the person has not muted the bot."""

    name = "telegram"
    title = Words("텔레그램", "Telegram")
    help = Words(
        "@BotFather에서 봇을 만들고, 그 봇과 대화를 시작하세요.",
        "Make a bot with @BotFather, and start a chat with it.",
    )
    form = TelegramForm

    def address(self, form: TelegramForm, means: Means) -> str:  # noqa: ARG002
        """Apprise's."""
        return check_address(f"tgram://{form.bot_token.get_secret_value()}/{form.chat_id}")


KIND = Telegram()
