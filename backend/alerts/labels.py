"""The labels that are known here, by the words that people and foreign senders have for them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from backend.alerts.message.wording import ENGLISH, KOREAN
from backend.troubles.table import TROUBLES
from contract.events import FALL, ON_FLOOR, STILL_DOWN

SPOKEN = {
    "낙상": FALL,
    "넘어짐": FALL,
    "쓰러짐": FALL,
    "누워 있음": "lying",
    "일어나지 못함": STILL_DOWN,
    "바닥에 있음": ON_FLOOR,
}
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class Labels:
    """Those of the checkpoint and of Dolbom itself, which are also known by the memos' words."""

    def __init__(self, of_checkpoint: Iterable[str]) -> None:
        self._of_checkpoint = frozenset(of_checkpoint)
        named = {_plain(label): label for label in self._of_checkpoint}
        self._labels = {_plain(word): label for word, label in _words()} | named

    def find(self, sent: str) -> str | None:
        """The label that `sent` is a word for, None if nobody knows it.

        Case, composition, and blanks or hyphens between words make no difference.
        """
        return sent if sent in self._of_checkpoint else self._labels.get(_plain(sent))


def _words() -> Iterator[tuple[str, str]]:
    yield from SPOKEN.items()
    for words in (KOREAN, ENGLISH):
        for phrase in words.falls.values():
            yield phrase.what, FALL
        for label, phrase in (*words.phrases.items(), *words.got_up.items()):
            yield phrase.what, label
            yield label, label
    for name, trouble in TROUBLES.items():
        yield from ((name, name), (trouble.ko.what, name), (trouble.en.what, name))


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold()
    return _BETWEEN_WORDS.sub("", folded).removesuffix("감지").removesuffix("detected")
