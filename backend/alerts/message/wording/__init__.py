"""What is said of each label, a file a language: a label that is to be told is added in both."""

from backend.alerts.message.wording.english import English
from backend.alerts.message.wording.korean import Korean
from backend.alerts.message.wording.language import Phrase, Wording

__all__ = ["ENGLISH", "KOREAN", "Phrase", "Wording"]

KOREAN: Wording = Korean()
ENGLISH: Wording = English()
