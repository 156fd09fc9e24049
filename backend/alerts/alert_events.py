"""ALERT_EVENTS: the labels that it names, checked against those that there are."""

from collections.abc import Collection

from backend.alerts.labels import Labels
from common.settings import SettingError
from contract.events import NOTIFIED_AT_START


def read_alert_events(
    words: Collection[str] | None, of_checkpoint: Collection[str]
) -> frozenset[str] | None:
    """The labels of `words`, whatever their case, also in Korean; None stays None.

    `of_checkpoint` are the checkpoint's, none where it cannot be read: then any word is taken.
    Raises SettingError for a word that is no label.
    """
    if words is None:
        return None
    labels = Labels(of_checkpoint)
    named = {word: labels.find(word) for word in words}
    unknown = [word for word, label in named.items() if of_checkpoint and label is None]
    if unknown or not named:
        expected = ", ".join(sorted({*of_checkpoint, *NOTIFIED_AT_START}))
        said = f", got {', '.join(sorted(unknown))}" if unknown else ""
        raise SettingError("ALERT_EVENTS", f"expected some of {expected} with commas between{said}")
    return frozenset(label or word for word, label in named.items())
