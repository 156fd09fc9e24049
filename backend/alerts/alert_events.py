"""ALERT_EVENTS: the labels that it names, checked against those that there are."""

import unicodedata
from collections.abc import Collection

from contract.events import FALL, STILL_DOWN
from contract.trouble import Trouble
from modeling.settings import SettingError

KOREAN = {
    "낙상": FALL,
    "넘어짐": FALL,
    "쓰러짐": FALL,
    "누워 있음": "lying",
    "일어나지 못함": STILL_DOWN,
}


def read_alert_events(
    words: Collection[str] | None, labels: Collection[str]
) -> frozenset[str] | None:
    """The labels of `words`, whatever their case, also in Korean; None stays None.

    `labels` are the checkpoint's, none where it cannot be read: then any word is taken. Raises
    SettingError for a word that is no label.
    """
    if words is None:
        return None
    named = {word: _label(word) for word in words}
    known = {*labels, STILL_DOWN, *Trouble}
    unknown = [word for word, label in named.items() if labels and label not in known]
    if unknown or not named:
        expected = ", ".join(sorted({*labels, STILL_DOWN}))
        said = f", got {', '.join(sorted(unknown))}" if unknown else ""
        raise SettingError("ALERT_EVENTS", f"expected some of {expected} with commas between{said}")
    return frozenset(named.values())


def _label(word: str) -> str:
    word = unicodedata.normalize("NFC", word).strip().casefold()
    return KOREAN.get(word, word)
