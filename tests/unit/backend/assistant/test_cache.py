"""Answers that were given, for who asks the same again."""

from backend.assistant.cache import MAX_KEPT, AnswerCache, key_of
from contract.assistant import ToolCall
from testkit.made_calls import call


def test_question_has_one_key_in_other_spacing_and_case() -> None:
    assert key_of("How  many falls? ", 1) == key_of("how many Falls", 1)
    assert key_of("how many falls", 1) != key_of("how many falls", 2)
    assert key_of("how many falls", 1) != key_of("how many rises", 1)


def test_cache_is_bounded_in_number_and_age() -> None:
    now = [0.0]
    cache = AnswerCache(lambda: now[0])
    for number in range(MAX_KEPT + 1):
        cache.keep(str(number), "3 [1]", [call()])
    assert (len(cache), cache.find("0")) == (MAX_KEPT, None)
    assert cache.find("1") is not None
    now[0] = 86_401.0
    assert cache.find("1") is None
    cache.keep("none", "no call", [])
    cache.keep("error", "an error", [ToolCall(id="1", error="no")])
    assert (cache.find("none"), cache.find("error")) == (None, None)
