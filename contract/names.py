"""Names: what people and senders call cameras, labels and events. They stand in logs and memos."""

import hashlib
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from contract.trouble import SERVER

# Controls, what turns the direction of writing round, line ends, and what has no width. An emoji
# may be several that U+200D joins, and U+FE0F may stand behind any character.
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_UNSEEN = re.compile(
    "[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff]"
    rf"|(?<!\S)[\ufe0e\ufe0f]|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
)


def visible(text: str) -> str:
    """`text` on one line, with a blank for each character that cannot be seen."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def visible_lines(text: object) -> object:
    """`text` with its lines, each as `visible` has it; what is no text is left as it is."""
    return "\n".join(map(visible, text.splitlines())) if isinstance(text, str) else text


def file_name(name: str) -> str:
    """A file's name to recognise `name` by: without slashes, short in bytes, and no other's."""
    readable = re.sub(r"[^\w-]", "_", name)[:40]
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _all_seen(name: str) -> str:
    if not (name.isascii() and name.isprintable()) and (found := _UNSEEN.search(name)):
        raise ValueError(
            "expected characters that can be seen, on one line and without marks of the writing's "
            f"direction, found U+{ord(found[0]):04X}"
        )
    if name.isspace():
        raise ValueError("expected more than blanks")
    return name


def _not_the_servers(name: str) -> str:
    if unicodedata.normalize("NFKC", name).strip().casefold() == SERVER:
        raise ValueError(f"expected another name, since `{SERVER}` is the server itself")
    return name


Name = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_all_seen)]
CameraName = Annotated[Name, AfterValidator(_not_the_servers)]
"""What a camera may be called, by a setting or by who sends its events."""
Line = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_all_seen)]
