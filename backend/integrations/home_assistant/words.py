"""What things are called in Home Assistant, by the household's language."""

from typing import NamedTuple

from contract.language import Language


class Words(NamedTuple):
    """The same in both languages."""

    ko: str
    en: str

    def in_language(self, language: Language) -> str:
        """As the household reads it."""
        return self.ko if language == "ko" else self.en


FALL = Words("낙상", "Fall")
STILL_DOWN = Words("넘어진 뒤 일어나지 못함", "Still down")
ON_FLOOR = Words("바닥에 오래 있음", "On the floor")
PERSON = Words("사람", "Person")
CONNECTIVITY = Words("연결", "Connection")
PROBLEM = Words("문제", "Problem")
LAST_SEEN = Words("마지막 연결", "Last heard of")
ACTIVITY = Words("활동", "Activity")
PICTURE = Words("화면 상태", "Picture")
INCIDENT = Words("사고", "Incident")
ALARM = Words("도움 필요", "Help needed")
ACCOMPANIED = Words("함께 있는 사람", "Somebody is there")
ACKNOWLEDGE = Words("확인했어요 (가는 중)", "Acknowledge (I am going)")
HERE = Words("함께 있어요 (1시간)", "I am here (1 hour)")
SELF_TEST = Words("자가 점검", "Self-test")
CAMERA = Words("카메라", "Camera")
HOUSEHOLD = Words("돌봄", "Dolbom")
