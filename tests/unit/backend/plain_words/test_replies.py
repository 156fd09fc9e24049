import re
from pathlib import Path
from string import Formatter

import pytest

import backend.plain_words
from backend.plain_words.replies.sentences import replies
from backend.plain_words.rules.vocabulary import languages
from backend.providers.base import Failure
from contract.datasets import DatasetKind
from testkit.training_chat import Chat
from testkit.training_forms import third_version

REMARK = re.compile(r'(?:asking|telling|_refuse)\(\s*f?"([\w{}]+)"')
KINDS = ("label", "camera", "person")
BY_A_CHOICE = {
    "longer", "shorter", "ambiguous_name", "unknown_dataset", "future", "dates_reversed",
}  # fmt: skip


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    korean, english = replies("ko").model_dump(), replies("en").model_dump()
    assert {part: sorted(said) for part, said in korean.items()} == {
        part: sorted(said) for part, said in english.items()
    }
    for part, said in korean.items():
        for name, sentence in said.items():
            assert places(sentence) == places(english[part][name]), name


def test_every_remark_has_a_sentence_and_every_sentence_a_remark() -> None:
    folder = Path(backend.plain_words.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    named = {name for found in REMARK.findall(code) for name in _names(found)} | BY_A_CHOICE
    assert named == set(replies("en").remarks)
    assert replies("en").reasons.keys() == {failure.value for failure in Failure}


def _names(found: str) -> list[str]:
    return [found.format(kind=kind) for kind in KINDS] if "{" in found else [found]


def test_both_languages_know_words_for_the_same_things() -> None:
    korean, english = languages()["ko"], languages()["en"]
    for part in ("recipes", "labels", "settings", "queues", "bases", "kinds"):
        assert getattr(korean, part).keys() == getattr(english, part).keys(), part


@pytest.mark.parametrize("name", ["{recipe}", "%s", "{0.__class__}", "a" * 128, "<b>&"])
def test_name_of_a_data_set_is_shown_as_it_is(chat: Chat, name: str) -> None:
    chat.datasets.of[1] = (third_version(name, DatasetKind.CLIPS, {"fall": 1}),)
    assert name[:100] in chat.say("train the fall detector").reply
