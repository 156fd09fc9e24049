"""What the caregiver reads."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.alerts.channels.base import Alert
from backend.alerts.message.render import MAX_NAME, MAX_TEXT_LENGTH, Marks, render, shorten
from backend.alerts.message.wording import ENGLISH, KOREAN
from backend.alerts.recipients import Envelope, Place
from backend.troubles.table import TROUBLES
from contract.events import (
    BROKEN_OFF,
    ON_FLOOR,
    OUT_OF_SIGHT,
    RECOVERED,
    STILL_DOWN,
    STOPPED,
    PictureVerdict,
)
from contract.trouble import FORGOTTEN
from modeling.perception.images.posture import POSTURE

SEOUL = ZoneInfo("Asia/Seoul")


def test_memo_tells_what_where_when_and_how_long(alert: Alert) -> None:
    ended = datetime(2026, 11, 20, 18, 12, 8, 200_000, tzinfo=UTC).timestamp()
    memo = render(replace(alert, ended_at=ended), SEOUL)
    assert memo.text.splitlines() == [
        "낙상 (넘어짐) 감지 - 거실",
        "11월 21일(토) 오전 3시 12분 05초, 3.2초 동안",
        "지금 바로 확인해 주세요.",
    ]
    assert not memo.resend


def test_time_is_the_households(alert: Alert) -> None:
    noon = replace(alert, ended_at=datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp())
    noon = replace(noon, duration_sec=None)
    assert "7월 1일(수) 오후 9시 00분 00초" in render(noon, SEOUL).text
    assert "7월 1일(수) 오후 2시 00분 00초" in render(noon, ZoneInfo("Europe/Berlin")).text
    assert "7월 1일(수) 오전 12시 00분" in render(noon, ZoneInfo("Etc/GMT+12")).text


def test_resend_is_marked_in_the_first_line(alert: Alert) -> None:
    memo = render(alert, SEOUL, Marks(resend=True))
    assert memo.text.startswith("[재전송] 낙상 (넘어짐) 감지 - 거실\n")
    assert memo.resend


def test_memo_that_is_not_recorded_says_that_it_may_come_once_more(alert: Alert) -> None:
    memo = render(alert, SEOUL, Marks(recorded=False))
    assert memo.text.endswith("\n서버가 기록하지 못해 같은 알림이 한 번 더 올 수 있습니다.")
    assert memo.english.endswith("\nThe server could not record this, so it may come once more.")
    # One that is sent again says that it came before, which is enough.
    assert render(alert, SEOUL, Marks(resend=True, recorded=False)) == render(
        alert, SEOUL, Marks(resend=True)
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0, "0.0초 동안"), (59.9, "59.9초 동안"), (60.0, "1분 0초 동안"), (125.4, "2분 5초 동안")],
)
def test_duration(alert: Alert, seconds: float, told: str) -> None:
    assert told in render(replace(alert, duration_sec=seconds), SEOUL).text


def test_unknown_duration_is_left_out(alert: Alert) -> None:
    assert "동안" not in render(replace(alert, duration_sec=None), SEOUL).text


def test_unknown_label_is_reported_by_its_name(alert: Alert) -> None:
    assert render(replace(alert, label="seizure"), SEOUL).text.startswith("seizure 감지 - 거실\n")


def test_person_who_lies_is_reported_as_such(alert: Alert) -> None:
    assert (
        "누워 계신 것으로 보입니다. 지금 바로" in render(replace(alert, seen="lying"), SEOUL).text
    )


@pytest.fixture
def still_down(alert: Alert) -> Alert:
    told = datetime(2026, 11, 20, 18, 12, 20, tzinfo=UTC).timestamp()
    return replace(
        alert, label=STILL_DOWN, ended_at=told, duration_sec=15.0, seen=STILL_DOWN, ended=False
    )


def test_person_who_stays_down_is_reported_first_and_since_when(still_down: Alert) -> None:
    assert render(still_down, SEOUL).text.splitlines() == [
        "넘어진 뒤 일어나는 모습이 보이지 않음 - 거실",
        "11월 21일(토) 오전 3시 12분 05초부터",
        "지금 바로 확인하고, 필요하면 119에 신고해 주세요.",
    ]


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("lying+still_down", "누워 계신 것으로 보입니다. 지금 바로"),
        ("still_down+out_of_sight", "지금은 카메라에 보이지 않습니다. 지금 바로"),
    ],
)
def test_memo_says_of_who_stays_down_what_the_camera_sees(
    still_down: Alert, state: str, seen: str
) -> None:
    assert seen in render(replace(still_down, seen=state), SEOUL).text


def test_person_who_got_up_again_is_reported_as_such(still_down: Alert) -> None:
    got_up = replace(still_down, duration_sec=75.0, seen="normal", ended=True)
    assert render(got_up, SEOUL).text.splitlines() == [
        "넘어진 뒤 한동안 일어나는 모습이 보이지 않음 - 거실",
        "11월 21일(토) 오전 3시 11분 05초, 1분 15초 동안",
        "그 뒤 일어난 것으로 보입니다. 그래도 확인해 주세요.",
    ]


def test_person_on_the_floor_is_reported_first_and_since_when(still_down: Alert) -> None:
    on_floor = replace(still_down, label=ON_FLOOR, seen=f"lying+{ON_FLOOR}")
    assert render(on_floor, SEOUL).text.splitlines() == [
        "바닥에 누워 있거나 앉아 있음 - 거실",
        "11월 21일(토) 오전 3시 12분 05초부터",
        "누워 계신 것으로 보입니다. 지금 바로 확인하고, 필요하면 119에 신고해 주세요.",
    ]
    assert render(on_floor, SEOUL).english.splitlines() == [
        "Somebody lies or sits on the floor - 거실",
        "since 2026-11-21 03:12:05",
        "The person seems to be lying. Please check now, and call 119 if needed.",
    ]


def test_person_who_got_up_from_the_floor_is_reported_as_such(still_down: Alert) -> None:
    got_up = replace(still_down, label=ON_FLOOR, duration_sec=75.0, seen="normal", ended=True)
    assert render(got_up, SEOUL).text.splitlines() == [
        "한동안 바닥에 누워 있거나 앉아 있었음 - 거실",
        "11월 21일(토) 오전 3시 11분 05초, 1분 15초 동안",
        "그 뒤 일어난 것으로 보입니다. 그래도 확인해 주세요.",
    ]


@pytest.mark.parametrize(
    ("state", "korean", "english"),
    [
        (
            OUT_OF_SIGHT,
            "쓰러진 뒤 모습이 보이지 않음 - 거실 / "
            "지금 바로 확인하고, 필요하면 119에 신고해 주세요.",
            "Somebody went down, and cannot be seen - 거실 / "
            "Please check now, and call 119 if needed.",
        ),
        (
            BROKEN_OFF,
            "넘어지는 중에 카메라 화면이 끊김 - 거실 / "
            "그 뒤는 카메라가 보지 못합니다. 지금 바로 확인해 주세요.",
            "The picture broke off during a fall - 거실 / "
            "Please check now: the camera sees nothing more of it.",
        ),
        (
            RECOVERED,  # told before its END was known
            "낙상 (넘어짐) 감지 - 거실 / 그 뒤 일어난 것으로 보입니다. 지금 바로 확인해 주세요.",
            "Fall detected - 거실 / The person seems to have got up since. Please check now.",
        ),
    ],
)
def test_fall_is_reported_by_how_it_ended(
    alert: Alert, state: str, korean: str, english: str
) -> None:
    memo = render(replace(alert, seen=f"fall+{state}"), SEOUL)
    for text, expected in ((memo.text, korean), (memo.english, english)):
        first, _, last = text.splitlines()
        assert f"{first} / {last}" == expected


def test_fall_that_has_begun_is_reported_as_a_fall_whatever_its_state(alert: Alert) -> None:
    begun = replace(alert, seen=f"fall+{OUT_OF_SIGHT}", ended=False)
    assert render(begun, SEOUL).text.startswith("낙상 (넘어짐) 감지 - 거실\n")


@pytest.mark.parametrize("label", ["fall", STILL_DOWN, ON_FLOOR])
@pytest.mark.parametrize("state", [OUT_OF_SIGHT, BROKEN_OFF, RECOVERED])
@pytest.mark.parametrize("ended", [True, False])
def test_longest_name_fits_in_the_memo_of_who_is_down(
    still_down: Alert, label: str, state: str, ended: bool
) -> None:
    told = replace(still_down, label=label, seen=f"lying+{state}", ended=ended, duration_sec=1e9)
    longest = replace(told, camera_id="가" * 128)
    assert len(render(longest, SEOUL, Marks(resend=True)).text) <= MAX_TEXT_LENGTH


@pytest.mark.parametrize("name", ["가" * 128, "👩‍👩‍👧" * 40, "e\u0301" * 128, "a b" * 60])
def test_longest_names_fit_in_a_memo(alert: Alert, name: str) -> None:
    longest = replace(alert, label=name, camera_id=name, duration_sec=1e9, seen="lying")
    assert len(render(longest, SEOUL, Marks(resend=True)).text) <= MAX_TEXT_LENGTH


def test_name_cannot_break_the_first_line(alert: Alert) -> None:
    memo = render(replace(alert, camera_id="거실\n[재전송]\t\x00 1"), SEOUL)
    assert memo.text.splitlines()[0] == "낙상 (넘어짐) 감지 - 거실 [재전송] 1"


def test_short_name_stays_and_decomposed_hangul_is_composed() -> None:
    assert shorten("거실") == "거실"
    assert shorten("가" * MAX_NAME) == "가" * MAX_NAME
    assert shorten("\u1100\u1161" * MAX_NAME) == "가" * MAX_NAME


def test_name_shows_nothing_that_cannot_be_seen() -> None:
    assert shorten("거\u202e실\u2028 \u200b방") == "거 실 방"


def test_name_is_not_cut_within_what_is_seen_as_one_character() -> None:
    family = "👩‍👩‍👧"
    assert shorten("가" * (MAX_NAME - 3) + family) == "가" * (MAX_NAME - 3) + "…"
    assert shorten("가" * (MAX_NAME - 2) + "👍🏽👍🏽") == "가" * (MAX_NAME - 2) + "…"


def test_memo_says_the_same_in_english(alert: Alert) -> None:
    ended = datetime(2026, 11, 20, 18, 12, 8, 200_000, tzinfo=UTC).timestamp()
    memo = render(replace(alert, ended_at=ended, seen="lying"), SEOUL, Marks(resend=True))
    assert memo.english.splitlines() == [
        "[Resent] Fall detected - 거실",
        "2026-11-21 03:12:05, for 3.2 s",
        "The person seems to be lying. Please check now.",
        "Sent once more, since nobody knows whether the alert before arrived.",
    ]


@pytest.mark.parametrize(
    ("verdict", "posture", "korean", "english"),
    [
        ("confirmed", "lying", "사진 확인: 누워 있음 97 %", "Picture: lying, 97 %"),
        (
            "questioned",
            "upright",
            "사진으로는 서 있거나 앉아 있음 97 %, 틀릴 수 있습니다.",
            "Picture: standing or sitting, 97 %; it may be wrong.",
        ),
        (
            "questioned",
            "nobody",
            "사진으로는 아무도 없음 97 %, 틀릴 수 있습니다.",
            "Picture: nobody there, 97 %; it may be wrong.",
        ),
        ("unsure", "transition", "사진으로는 알 수 없음", "Picture: cannot tell"),
    ],
)
def test_memo_says_what_the_picture_says_and_to_check_all_the_same(
    alert: Alert, verdict: str, posture: str, korean: str, english: str
) -> None:
    seen = replace(alert, verdict=verdict, posture=posture, posture_confidence=0.968)
    memo = render(seen, SEOUL)
    assert memo.text.splitlines()[0] == "낙상 (넘어짐) 감지 - 거실"
    assert memo.text.splitlines()[2:] == [korean, "지금 바로 확인해 주세요."]
    assert memo.english.splitlines()[2:] == [english, "Please check now."]


def test_picture_is_never_wholly_sure(alert: Alert) -> None:
    sure = replace(alert, verdict="confirmed", posture="lying", posture_confidence=0.9999)
    assert "누워 있음 99 %" in render(sure, SEOUL).text


@pytest.mark.parametrize(
    ("verdict", "posture"),
    [("absent", None), ("absent", "lying"), ("a later word", "lying"), ("confirmed", "a new word")],
)
def test_memo_says_nothing_of_a_picture_that_says_nothing(
    alert: Alert, verdict: str, posture: str | None
) -> None:
    seen = replace(alert, verdict=verdict, posture=posture)
    assert render(seen, SEOUL).text == render(alert, SEOUL).text


@pytest.mark.parametrize("verdict", KOREAN.verdicts)
@pytest.mark.parametrize("posture", KOREAN.postures)
@pytest.mark.parametrize("label", ["fall", STILL_DOWN, ON_FLOOR, "가" * 128])
def test_picture_fits_in_the_longest_memo(
    alert: Alert, label: str, verdict: str, posture: str
) -> None:
    longest = replace(
        alert,
        label=label,
        camera_id="가" * 128,
        duration_sec=1e9,
        seen="lying",
        verdict=verdict,
        posture=posture,
        posture_confidence=0.99,
    )
    text = render(longest, SEOUL, Marks(resend=True)).text
    assert len(text) <= MAX_TEXT_LENGTH
    if label == "fall":
        assert KOREAN.verdicts[verdict].format(posture=KOREAN.postures[posture], percent=99) in text


def test_every_label_has_its_words_in_both_languages() -> None:
    assert set(KOREAN.phrases) == set(ENGLISH.phrases)
    assert set(KOREAN.states) == set(ENGLISH.states)
    assert set(KOREAN.postures) == set(ENGLISH.postures) == set(POSTURE.labels)
    assert set(KOREAN.verdicts) == set(ENGLISH.verdicts)
    assert {*KOREAN.verdicts, PictureVerdict.ABSENT} == set(PictureVerdict)


@pytest.mark.parametrize("label", sorted({*KOREAN.phrases, *TROUBLES}))
@pytest.mark.parametrize("ended", [True, False])
def test_every_label_fits_in_a_memo_with_all_that_there_is_to_say(
    alert: Alert, label: str, ended: bool
) -> None:
    longest = replace(
        alert, label=label, camera_id="가" * 128, detail="나" * 200, duration_sec=1e9, ended=ended
    )
    text = render(longest, SEOUL, Marks(resend=True)).text
    assert text.startswith("[재전송] ")
    assert len(text) <= MAX_TEXT_LENGTH


def test_alert_of_the_server_itself_tells_its_detail_and_no_camera(alert: Alert) -> None:
    told = datetime(2026, 11, 20, 18, 12, 5, tzinfo=UTC).timestamp()
    low = replace(
        alert,
        label="disk_low",
        camera_id="",
        ended_at=told,
        duration_sec=None,
        ended=False,
        detail="97 %",
    )
    assert render(low, SEOUL).text.splitlines() == [
        "디스크 공간 부족",
        "11월 21일(토) 오전 3시 12분 05초부터",
        "곧 기록이 멈춥니다. 공간을 비워 주세요.",
    ]
    # The watchdog writes English.
    assert "97 %" in render(low, SEOUL).english.splitlines()


def test_trouble_that_is_mended_is_reported_as_over(alert: Alert) -> None:
    ended = datetime(2026, 11, 20, 18, 12, 5, tzinfo=UTC).timestamp()
    over = replace(alert, label="camera_silent", ended_at=ended, duration_sec=125.0)
    memo = render(over, SEOUL)
    assert memo.text.splitlines() == [
        "다시 정상: 카메라 연결 끊김 - 거실",
        "11월 21일(토) 오전 3시 10분 00초, 2분 5초 동안",
        "지금은 하실 일이 없습니다.",
    ]
    assert memo.english.startswith("All is well again: Camera not connected - 거실\n")


@pytest.mark.parametrize(
    ("state", "said"), [(STOPPED, "카메라를 껐습니다."), (FORGOTTEN, "더 기다리지 않습니다.")]
)
def test_trouble_that_was_not_mended_is_not_called_well(
    alert: Alert, state: str, said: str
) -> None:
    over = replace(alert, label="camera_silent", seen=state)
    text = render(over, SEOUL).text
    assert text.startswith("더 지켜보지 않음: 카메라 연결 끊김 - 거실\n")
    assert said in text
    assert "정상" not in text


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_trouble_has_its_words_in_both_languages(trouble: str) -> None:
    korean, english = (TROUBLES[trouble].phrase(language) for language in ("ko", "en"))
    for text in (korean.what, korean.advice):
        assert re.search("[가-힣]", text)
    for text in (english.what, english.advice):
        assert text.isascii()


def test_fall_by_a_clock_that_is_wrong_is_reported_with_its_arrival(alert: Alert) -> None:
    received = datetime(2026, 11, 28, 9, 30, tzinfo=UTC).timestamp()
    for wrong in (12.0, datetime(2030, 11, 28, tzinfo=UTC).timestamp()):
        memo = render(replace(alert, ended_at=wrong, received_at=received), SEOUL)
        year = datetime.fromtimestamp(wrong, SEOUL).year
        assert memo.text.splitlines()[1].startswith(f"{year}년 ")
        assert memo.text.splitlines()[2] == (
            "서버에는 2026년 11월 28일(토) 오후 6시 30분 00초에 왔습니다."
        )
        assert memo.english.splitlines()[1].startswith(f"{year}-")
        assert memo.english.splitlines()[2] == "It reached the server at 2026-11-28 18:30:00."


@pytest.mark.parametrize(
    ("late", "said"), [(-61.0, True), (-60.0, False), (60.0, False), (61.0, True)]
)
def test_arrival_is_reported_from_a_minute_on(alert: Alert, late: float, said: bool) -> None:
    memo = render(replace(alert, received_at=alert.ended_at + late), SEOUL)
    assert ("서버에는 1월 15일(금)" in memo.text) is said
    assert ("It reached the server at" in memo.english) is said
    assert "년" not in memo.text  # it is this year


def test_arrival_fits_beside_the_longest_names(alert: Alert) -> None:
    longest = replace(
        alert,
        label="가" * 128,
        camera_id="나" * 128,
        ended_at=12.0,
        received_at=alert.ended_at,
        detail="다" * 1000,
        seen="lying",
    )
    memo = render(longest, SEOUL, Marks(resend=True))
    assert len(memo.text) <= MAX_TEXT_LENGTH
    assert "서버에는" in memo.text


def test_detail_is_reported(alert: Alert) -> None:
    memo = render(replace(alert, detail="by the door"), SEOUL)
    assert "by the door" in memo.text.splitlines()
    assert "by the door" in memo.english.splitlines()


PLACE = Place("서울특별시 종로구 세종대로 209, 한빛아파트 101동 1203호", "김영자", "1234*")


def test_memo_says_where_to_come_and_what_to_say_to_119(alert: Alert) -> None:
    memo = render(alert, SEOUL, envelope=Envelope(place=PLACE))
    assert memo.text.splitlines()[-2:] == [
        "주소: 서울특별시 종로구 세종대로 209, 한빛아파트 101동 1203호 (출입 1234*)",
        "119에 할 말: “김영자 님이 넘어져서 일어나지 못해요.”",
    ]
    assert memo.english.splitlines()[-1] == ('Say to 119: "김영자 has fallen and does not get up."')


@pytest.mark.parametrize("language", ["ko", "en"])
def test_whole_address_reaches_every_channel_but_kakao(alert: Alert, language: Any) -> None:
    place = Place(f"{PLACE.address}, 상가 뒤 파란 대문", "김영자, 82세, 지팡이를 짚습니다", "1234*")
    fallen = replace(alert, seen="lying", round=3)
    memo = render(fallen, SEOUL, envelope=Envelope(language, language, place))
    assert len(memo.text) <= MAX_TEXT_LENGTH
    assert place.address not in memo.text
    assert place.address in memo.body


@pytest.mark.parametrize("language", ["ko", "en", None])
@pytest.mark.parametrize("label", ["fall", STILL_DOWN, ON_FLOOR])
@pytest.mark.parametrize("resend", [True, False])
def test_longest_place_fits_in_a_memo(
    alert: Alert, language: Any, label: str, resend: bool
) -> None:
    longest = replace(
        alert, label=label, camera_id="가" * 128, duration_sec=1e9, round=9999, test=True
    )
    place = Place("나" * 300, "다" * 300, "라" * 300)
    memo = render(longest, SEOUL, Marks(resend=resend), Envelope(language, "ko", place))
    assert len(memo.text) <= MAX_TEXT_LENGTH
    assert bool(memo.english) == (language is None)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", [None, "Kim", "가" * 200])
@pytest.mark.parametrize("notice", [*KOREAN.notices])
def test_notice_says_who_has_it_and_of_what(
    alert: Alert, language: Any, name: str | None, notice: str
) -> None:
    of_it = replace(alert, notice=notice, detail=name, camera_id="거실" * 60)
    memo = render(
        of_it, SEOUL, Marks(resend=True), Envelope(language, language, PLACE, "https://x")
    )
    assert len(memo.text) <= MAX_TEXT_LENGTH
    assert "209" not in memo.text
    assert bool(memo.buttons) == (notice == "ask")


def test_both_languages_have_the_same_notices_and_buttons() -> None:
    assert KOREAN.notices.keys() == ENGLISH.notices.keys()
    assert [*KOREAN.buttons] == [*ENGLISH.buttons] == ["going", "called_119", "all_well"]


def test_self_test_says_in_its_first_line_that_nothing_has_happened(alert: Alert) -> None:
    memo = render(replace(alert, test=True, seen="lying"), SEOUL)
    assert memo.text.startswith("[시험: 실제 상황 아님] 알림 점검 - 거실\n")
    assert memo.english.startswith("[Test: nothing has happened] Check of the alerts - 거실\n")
    assert "낙상" not in memo.text
    assert "Fall" not in memo.english
    assert len(memo.text.splitlines()) == len(memo.english.splitlines()) == 3
    assert memo.urgent  # it is to go the way that a fall goes
