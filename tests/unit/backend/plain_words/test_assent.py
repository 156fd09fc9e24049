import time

import pytest

from backend.plain_words.rules.assent import is_no, is_yes
from backend.plain_words.rules.scanner import plain

YES = [
    "yes", "Yes!", "ok", "start it", "yes, please start it now", "go ahead", "Sure.", "ＹＥＳ",
    "네", "네, 시작해 주세요", "네시작해", "그래", "좋아요 시작해줘", "응 그대로 진행해줘", "ㅇㅇ",
    "이대로 시작",
]  # fmt: skip
NO = ["no", "No!", "아니", "아니요", "취소", "취소해 줘", "cancel it please", "never mind", "그만"]
NEITHER = [
    "", "yes?", "yes but longer", "yes no", "네 아니요", "네?", "yesterday", "startled", "please",
    "nope, 20 epochs", "네 에폭 20", "don't start", "시작하지 마", "not yes", "okay let's see",
    "👍", "그럼", "start over", "yes " * 200, "네" * 100, "start it " * 60 + "x",
]  # fmt: skip


@pytest.mark.parametrize("text", YES)
def test_yes(text: str) -> None:
    assert (is_yes(plain(text)), is_no(plain(text))) == (True, False)


@pytest.mark.parametrize("text", NO)
def test_no(text: str) -> None:
    assert (is_yes(plain(text)), is_no(plain(text))) == (False, True)


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text: str) -> None:
    assert not is_yes(plain(text))


def test_what_almost_is_a_yes_takes_no_time() -> None:
    began = time.process_time()
    assert not is_yes(("start it " * 8)[:70] + "xyz")
    assert time.process_time() - began < 0.1
