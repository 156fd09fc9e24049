"""What the caregiver reads of several alerts at once."""

from zoneinfo import ZoneInfo

import pytest

from backend.alerts.channels.base import Alert
from backend.alerts.message.digest import compose
from backend.alerts.message.render import MAX_FULL_LENGTH, MAX_TEXT_LENGTH, Marks, render
from backend.troubles.table import TROUBLES
from contract.events import STILL_DOWN, STOPPED
from testkit.households import HOME

SEOUL = ZoneInfo("Asia/Seoul")
NOON = 1_800_000_000.0  # 2027-01-15 17:00 in Seoul


def told(camera: str, label: str = "fall", at: float = 0.0, **fields: object) -> Alert:
    values = {"ended": True} | fields
    return Alert(f"{camera}{at}", f"{camera}{at}", "e1", label, camera, NOON + at, HOME, **values)  # type: ignore[arg-type]


def begun(camera: str, label: str = "camera_silent", at: float = 0.0) -> Alert:
    return told(camera, label, at, ended=False)


def over(camera: str, label: str = "camera_silent", at: float = 0.0, **fields: object) -> Alert:
    return told(camera, label, at, **fields)


def lines(*alerts: Alert) -> tuple[list[str], list[str]]:
    memo = compose(alerts, SEOUL)
    return memo.text.splitlines(), memo.english.splitlines()


def test_one_alert_reads_as_ever() -> None:
    for alert in (told("거실"), begun("거실")):
        assert compose([alert], SEOUL, Marks(resend=True)) == render(
            alert, SEOUL, Marks(resend=True)
        )


def test_many_falls_of_a_camera_are_counted_with_the_first_and_the_last() -> None:
    korean, english = lines(*(told("거실", at=float(number)) for number in range(37)))
    assert korean == [
        "거실: 낙상 (넘어짐) 감지 37건",
        "1월 15일(금) 오후 5시 00분 00초 ~ 1월 15일(금) 오후 5시 00분 36초",
        "지금 바로 확인해 주세요. 알림이 많아 하나로 모았습니다.",
    ]
    assert english[:2] == ["거실: 37 x Fall detected", "2027-01-15 17:00:00 ~ 2027-01-15 17:00:36"]


def test_falls_of_several_kinds_are_counted_by_kind() -> None:
    korean, english = lines(told("거실"), told("거실"), begun("거실", STILL_DOWN))
    assert (korean[0], english[0]) == ("거실: 알림 3건", "거실: 3 x alerts")
    assert korean[-1] == "낙상 (넘어짐) 감지 2건, 넘어진 뒤 일어나는 모습이 보이지 않음 1건"


def test_falls_by_a_clock_that_is_wrong_are_reported_with_their_arrival() -> None:
    korean, _ = lines(*(told("거실", at=-NOON + at, received_at=NOON) for at in (12.0, 13.0)))
    assert korean[1].startswith("1970년 1월 1일(목) 오전 9시 00분 12초 ~ 1970년")
    assert korean[2] == "서버에는 2027년 1월 15일(금) 오후 5시 00분 00초에 왔습니다."


def test_trouble_of_several_cameras_names_them() -> None:
    korean, english = lines(*(begun(f"cam{number}") for number in range(6)))
    assert korean == [
        "카메라 연결 끊김 6대: cam0, cam1, cam2, cam3, cam4, cam5",
        "1월 15일(금) 오후 5시 00분 00초부터",
        "낙상을 볼 수 없습니다. 전원과 네트워크를 확인해 주세요.",
    ]
    assert english[0] == "Camera not connected (6 cameras): cam0, cam1, cam2, cam3, cam4, cam5"


def test_end_of_a_trouble_of_several_cameras_says_that_all_is_well() -> None:
    korean, english = lines(over("거실"), over("침실"))
    assert korean[0] == "다시 정상: 카메라 연결 끊김 2대: 거실, 침실"
    assert korean[1:] == ["1월 15일(금) 오후 5시 00분 00초", "지금은 하실 일이 없습니다."]
    assert english[0] == "All is well again: Camera not connected (2 cameras): 거실, 침실"


@pytest.mark.parametrize(
    ("course", "korean", "english"),
    [
        ([begun("거실"), over("거실")], "1번, 지금은 정상", "begun 1 x, well now"),
        ([begun("거실"), over("거실")] * 2, "2번, 지금은 정상", "begun 2 x, well now"),
        ([begun("거실"), over("거실"), begun("거실")], "2번, 지금도", "begun 2 x, still so"),
        ([over("거실"), begun("거실"), over("거실")], "1번, 지금은 정상", "begun 1 x, well now"),
        ([begun("거실"), over("거실", seen=STOPPED)], "1번, 지금은 지켜보지", "no longer watched"),
    ],
    ids=["once", "twice", "and is there", "after an end", "and was switched off"],
)
def test_trouble_that_came_and_went_says_how_often_and_how_it_is_now(
    course: list[Alert], korean: str, english: str
) -> None:
    texts = lines(*course)
    assert texts[0][0].startswith(f"카메라 연결 끊김: 거실 ({korean}")
    assert english in texts[1][0]


def test_begin_that_follows_an_end_is_what_counts() -> None:
    korean, _ = lines(over("거실"), begun("거실"))
    assert korean[0] == "카메라 연결 끊김: 거실"


def test_troubles_of_several_kinds_have_a_line_each() -> None:
    korean, english = lines(
        begun("거실"), begun("", "disk_low"), begun("침실"), over("부엌", "camera_dark")
    )
    assert korean == [
        "기기 알림 3가지",
        "카메라 연결 끊김 2대: 거실, 침실",
        "디스크 공간 부족: 서버",
        "다시 정상: 카메라 화면이 어두움: 부엌",
    ]
    assert english[0] == "3 notices about the devices"
    assert english[2] == "Disk almost full: server"


def test_names_that_there_is_no_room_for_are_counted() -> None:
    korean, english = lines(*(begun(f"거실 안쪽 카메라 {number:02}") for number in range(25)))
    assert korean[0].startswith("카메라 연결 끊김 25대: 거실 안쪽 카메라 00, ")
    for line, more in ((korean[0], " 외 "), (english[0], " and ")):
        shown, _, rest = line.partition(more)
        assert shown.count("거실") + int(rest.split()[0]) == 25


NAMES = ["가" * 128, "👩‍👩‍👧" * 40, "a b" * 60, "거실\n[재전송]"]


@pytest.mark.parametrize("name", NAMES, ids=["long", "emoji", "blanks", "line break"])
@pytest.mark.parametrize("resend", [False, True])
def test_no_digest_is_too_long_or_broken_by_a_name(name: str, resend: bool) -> None:
    places = [f"{number}{name}" for number in range(3)]
    troubles = [begun(place, trouble) for trouble in TROUBLES for place in places]
    falls = [told(name, label, at) for at in (0.0, -NOON) for label in ("fall", STILL_DOWN, name)]
    for alerts in (troubles, troubles[:3], troubles[:2] * 2, falls, falls[:2]):
        memo = compose(alerts, SEOUL, Marks(resend=resend))
        assert len(memo.text) <= MAX_TEXT_LENGTH
        assert len(memo.english) <= MAX_FULL_LENGTH
        assert memo.text.startswith("[재전송] ") is resend
        assert "\n[재전송]" not in memo.text
        assert memo.urgent is (alerts in (falls, falls[:2]))


def test_self_test_that_is_joined_with_a_fall_takes_nothing_from_it() -> None:
    korean, english = lines(told("거실"), told("거실", at=1.0, test=True))
    assert korean[0] == "거실: 알림 2건"
    assert korean[2].startswith("지금 바로 확인해 주세요.")
    assert english[2].startswith("Please check now.")


def test_self_tests_alone_are_marked() -> None:
    korean, english = lines(told("거실", test=True), told("거실", at=1.0, test=True))
    assert korean[0] == "[시험: 실제 상황 아님] 거실: 알림 점검 2건"
    assert english[0] == "[Test: nothing has happened] 거실: 2 x Check of the alerts"
