"""The text template."""

import json

import pytest

from backend.alerts.channels.kakao.template import TextTemplate


def test_template_has_text_link_and_button() -> None:
    rendered = TextTemplate("https://home.test/", "확인하기").render("낙상")
    assert "낙상" in rendered
    assert json.loads(rendered) == {
        "object_type": "text",
        "text": "낙상",
        "link": {"web_url": "https://home.test/", "mobile_web_url": "https://home.test/"},
        "button_title": "확인하기",
    }


def test_link_is_there_though_it_leads_nowhere() -> None:
    assert json.loads(TextTemplate().render("낙상"))["link"] == {}


@pytest.mark.parametrize("length", [1, 200])
def test_text_may_have_one_to_two_hundred_characters(length: int) -> None:
    assert json.loads(TextTemplate().render("가" * length))["text"] == "가" * length


@pytest.mark.parametrize("length", [0, 201])
def test_other_lengths_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 200 characters, got {length}"):
        TextTemplate().render("가" * length)


def test_without_a_link_there_is_no_button() -> None:
    assert "button_title" not in json.loads(TextTemplate(button_title="확인하기").render("낙상"))
