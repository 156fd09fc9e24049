"""What can be known of one of Apprise's services before it has sent anything."""

import logging
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apprise import NotifyBase

# What the services keep those in whom they send to.
RECIPIENTS = re.compile(r"_?(targets|topics|groups|users|devices|phone|target_\w+)")
# Chats that show all they get as Markdown, though Apprise may call it text.
MARKDOWN_CHATS = {
    "discord",
    "fluxer",
    "guilded",
    "mmost",
    "mmosts",
    "revolt",
    "workflow",
    "workflows",
    "zulip",
}
MARKDOWN_SIGNS = re.compile(r"[\\`*_~\[|<>#&]")
UNKNOWN = "is none that Apprise knows, expected such as ntfys://TOPIC, a comma or space between two"


def has_recipient(service: "NotifyBase") -> bool:
    """False where the service needs somebody to send to, and its address names nobody.

    Who may be left out of an address is left to the service: its own default is then meant. A
    guess is none: Telegram's bot looks for who wrote to it last, and forgets that within a day.
    """
    kept = [held for name, held in vars(service).items() if _holds_recipients(name, service)]
    if any(_people(held) for held in kept) or not kept:
        return True
    guesses = getattr(service, "detect_owner", None) is not None
    return not (guesses or _needs_recipient(service))


def _holds_recipients(name: str, service: "NotifyBase") -> bool:
    """Whether the attribute `name` is of people. To some services a channel is a way to them."""
    if name == "channels":
        return any("channel" in token for token in service.template_tokens)
    return RECIPIENTS.fullmatch(name) is not None


def _needs_recipient(service: "NotifyBase") -> bool:
    """Whether each form of the service's address, as Apprise describes it, names recipients."""
    tokens = service.template_tokens.items()
    recipients = {
        name
        for name, token in tokens
        if token["type"].startswith("list") or "targets" in (name, token.get("map_to"))
    }
    forms: tuple[str, ...] = service.templates
    return all(recipients.intersection(re.findall(r"{(\w+)}", form)) for form in forms)


def _people(held: object) -> list[object]:
    """Those in a list, or those that a mapping has as its keys or in lists behind them."""
    if isinstance(held, dict):
        listed = [group for group in held.values() if isinstance(group, list | set | tuple)]
        return [person for group in listed for person in group] if listed else list(held)
    return list(held) if isinstance(held, Iterable) else []


def shows_markdown(service: "NotifyBase") -> bool:
    """Whether all that it gets is shown as Markdown, also a title, which Apprise never escapes."""
    schemes: set[str] = service.schemas()  # type: ignore[no-untyped-call]
    return not MARKDOWN_CHATS.isdisjoint(schemes)


def escaped(service: "NotifyBase", text: str) -> str:
    """`text` without a meaning in Markdown, unless Apprise takes care of that."""
    if service.resolve_format("text").value != "text":
        return text
    return MARKDOWN_SIGNS.sub(r"\\\g<0>", text)


def why_not_taken(address: str) -> str:
    """Why Apprise makes no service of `address`, to be read after a word for it."""
    from apprise import Apprise

    scheme = address.partition(":")[0].lower()
    for kind in Apprise().details(show_requirements=True, show_disabled=True)["schemas"]:
        if scheme in {*(kind["protocols"] or ()), *(kind["secure_protocols"] or ())}:
            needs = kind["requirements"]
            missing = needs["packages_required"] or needs["packages_recommended"]
            if not kind["enabled"]:
                what = f"a package: {', '.join(missing)}" if missing else str(needs["details"])
                return f"is of a service that needs what is not installed: {what}"
            if missing:
                return f"is wrong, or its service needs a package: {' or '.join(missing)}"
    return UNKNOWN


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What Apprise warns of in this thread while it reads an address: parts that it drops."""
    found: list[str] = []
    thread = threading.get_ident()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                found.append(record.getMessage())

    listener = Listener(logging.WARNING)
    log = logging.getLogger("apprise")
    log.addHandler(listener)
    try:
        yield found
    finally:
        log.removeHandler(listener)
