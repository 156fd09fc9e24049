"""What the people of the sample household have typed, in both languages."""

from dataclasses import dataclass

from backend.sample.minutes import Room
from contract.language import Language

OWNER, CAREGIVER = "sample-owner", "sample-caregiver"
"""The logins."""
PASSWORD = "nobody-lives-here"  # noqa: S105 (of a household that nobody lives in)


@dataclass(frozen=True)
class Words:
    """`owner` and `caregiver` are names; notes say why an alert came."""

    household: str
    resident: str
    owner: str
    caregiver: str
    places: dict[Room, str]
    fall: str
    slide: str
    cat: str
    sunlight: str


WORDS: dict[Language, Words] = {
    "ko": Words(
        household="시뮬레이션 가정",
        resident="시뮬레이션 어르신",
        owner="민지",
        caregiver="준호",
        places={Room.BEDROOM: "침실", Room.LIVING_ROOM: "거실", Room.KITCHEN: "부엌"},
        fall="넘어지셨어요. 다친 데는 없으십니다.",
        slide="의자에서 미끄러져 바닥에 앉아 계셨어요.",
        cat="놀러 온 고양이였어요.",
        sunlight="아침 햇빛이 바닥에 비친 거였어요.",
    ),
    "en": Words(
        household="Simulated home",
        resident="Simulated resident",
        owner="Mina",
        caregiver="Jun",
        places={
            Room.BEDROOM: "bedroom", Room.LIVING_ROOM: "living room", Room.KITCHEN: "kitchen",
        },
        fall="She fell. Not hurt.",
        slide="She slid off the chair and sat on the floor.",
        cat="It was the cat that visits.",
        sunlight="It was the morning sun on the floor.",
    ),
}  # fmt: skip
