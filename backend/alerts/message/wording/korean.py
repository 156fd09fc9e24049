"""What is said of each label in Korean."""

from collections.abc import Mapping
from datetime import datetime

from backend.alerts.message.wording.language import Phrase
from contract.events import (
    BROKEN_OFF,
    ENDED,
    FALL,
    ON_FLOOR,
    OUT_OF_SIGHT,
    RECOVERED,
    STILL_DOWN,
    STOPPED,
    PictureVerdict,
)
from contract.trouble import FORGOTTEN, Trouble


class Korean:
    """A Wording."""

    phrases: Mapping[str, Phrase] = {
        FALL: Phrase("낙상 (넘어짐) 감지", "지금 바로 확인해 주세요."),
        "lying": Phrase("누워 있음 감지", "지금 바로 확인해 주세요."),
        STILL_DOWN: Phrase(
            "넘어진 뒤 일어나는 모습이 보이지 않음",
            "지금 바로 확인하고, 필요하면 119에 신고해 주세요.",
        ),
        ON_FLOOR: Phrase(
            "바닥에 누워 있거나 앉아 있음", "지금 바로 확인하고, 필요하면 119에 신고해 주세요."
        ),
        Trouble.CAMERA_SILENT: Phrase(
            "카메라 연결 끊김", "낙상을 볼 수 없습니다. 전원과 네트워크를 확인해 주세요."
        ),
        Trouble.CAMERA_BLIND: Phrase(
            "카메라 화면이 보이지 않음", "낙상을 볼 수 없습니다. 카메라를 확인해 주세요."
        ),
        Trouble.CAMERA_STOPPED: Phrase(
            "카메라가 꺼진 채로 있음",
            "낙상을 볼 수 없습니다. 일부러 끈 것이 아니면 다시 켜 주세요.",
        ),
        Trouble.CAMERA_TWICE: Phrase(
            "두 카메라가 같은 이름을 씀",
            "하나가 꺼져도 알 수 없습니다. 카메라마다 다른 이름(CAMERA_ID)을 정해 주세요.",
        ),
        Trouble.CAMERA_CLOCK: Phrase(
            "카메라 기기의 시계가 맞지 않음",
            "알림의 시각이 틀립니다. 카메라 기기와 서버의 시간 설정을 확인해 주세요.",
        ),
        Trouble.CAMERA_UNSTEADY: Phrase(
            "카메라 화면이 자꾸 끊김",
            "낙상을 놓칠 수 있습니다. 카메라의 전원과 네트워크를 확인해 주세요.",
        ),
        Trouble.CAMERA_UNSEEING: Phrase(
            "움직임은 있는데 사람이 보이지 않음",
            "사흘째 같은 시간입니다. 그때 사람이 있었다면 조명과 카메라를 확인해 주세요. "
            "반려동물이나 커튼뿐이었다면 괜찮습니다.",
        ),
        Trouble.LOG_FAILING: Phrase("기록을 저장하지 못함", "서버의 디스크를 확인해 주세요."),
        Trouble.DISK_LOW: Phrase("디스크 공간 부족", "곧 기록이 멈춥니다. 공간을 비워 주세요."),
        Trouble.TOKEN_EXPIRING: Phrase(
            "카카오 로그인 만료 임박", "run-kakao-login으로 다시 로그인해 주세요."
        ),
        Trouble.DETECTOR_FAILING: Phrase(
            "낙상 판단이 멈춤", "낙상을 알릴 수 없습니다. 서버를 확인해 주세요."
        ),
        Trouble.OUTBOX_GROWING: Phrase(
            "카메라의 기록이 서버에 오지 않음", "알림이 늦을 수 있습니다. 네트워크를 확인해 주세요."
        ),
        Trouble.CAMERA_SLOW: Phrase(
            "카메라 화면이 너무 느림",
            "낙상을 놓칠 수 있습니다. 카메라 기기가 너무 바쁘거나 카메라가 느립니다.",
        ),
        Trouble.CAMERA_FROZEN: Phrase(
            "카메라 화면이 멈춤", "낙상을 볼 수 없습니다. 카메라를 껐다 켜 주세요."
        ),
        Trouble.CAMERA_DARK: Phrase(
            "카메라 화면이 어두움",
            "낙상을 보지 못할 수 있습니다. 조명과 카메라를 확인해 주세요. "
            "내일도 같은 시간에 어두우면 다시 알리지 않습니다.",
        ),
        Trouble.CAMERA_BLURRED: Phrase(
            "카메라 화면이 흐림", "낙상을 놓칠 수 있습니다. 렌즈와 초점을 확인해 주세요."
        ),
        Trouble.CAMERA_UPSIDE_DOWN: Phrase(
            "카메라 화면이 거꾸로이거나 옆으로 누움",
            "낙상을 놓치거나 잘못 알릴 수 있습니다. 카메라를 바로 달거나 ROTATE를 설정해 주세요.",
        ),
        Trouble.CAMERA_UNCHECKED: Phrase(
            "카메라 화면을 점검하지 못함",
            "가려지거나 멈춰도 알 수 없습니다. 카메라 기기의 설치를 확인해 주세요.",
        ),
        Trouble.CAMERA_COVERED: Phrase(
            "카메라가 가려짐", "낙상을 볼 수 없습니다. 카메라 앞을 확인해 주세요."
        ),
        Trouble.OUTBOX_FAILING: Phrase(
            "카메라 기기가 기록을 저장하지 못함", "카메라 기기의 디스크를 확인해 주세요."
        ),
    }
    all_clear = Phrase("다시 정상", "지금은 하실 일이 없습니다.")
    no_longer = Phrase("더 지켜보지 않음", "")
    one_left = Phrase(
        "같은 이름의 두 카메라 중 하나에서 소식이 끊김",
        "그 카메라가 보던 곳은 아무도 보지 않습니다. 전원과 네트워크를 확인해 주세요.",
    )
    falls: Mapping[str, Phrase] = {
        OUT_OF_SIGHT: Phrase(
            "쓰러진 뒤 모습이 보이지 않음", "지금 바로 확인하고, 필요하면 119에 신고해 주세요."
        ),
        BROKEN_OFF: Phrase(
            "넘어지는 중에 카메라 화면이 끊김",
            "그 뒤는 카메라가 보지 못합니다. 지금 바로 확인해 주세요.",
        ),
    }
    got_up: Mapping[str, Phrase] = {
        STILL_DOWN: Phrase(
            "넘어진 뒤 한동안 일어나는 모습이 보이지 않음",
            "그 뒤 일어난 것으로 보입니다. 그래도 확인해 주세요.",
        ),
        ON_FLOOR: Phrase(
            "한동안 바닥에 누워 있거나 앉아 있었음",
            "그 뒤 일어난 것으로 보입니다. 그래도 확인해 주세요.",
        ),
    }
    unknown = Phrase("{label} 감지", "지금 바로 확인해 주세요.")
    states: Mapping[str, str] = {
        RECOVERED: "그 뒤 일어난 것으로 보입니다.",
        OUT_OF_SIGHT: "지금은 카메라에 보이지 않습니다.",
        "lying": "누워 계신 것으로 보입니다.",
        STOPPED: "카메라를 껐습니다.",
        ENDED: "카메라를 더 쓰지 않습니다.",
        FORGOTTEN: "일주일 동안 소식이 없어 더 기다리지 않습니다.",
    }
    postures: Mapping[str, str] = {
        "lying": "누워 있음",
        "upright": "서 있거나 앉아 있음",
        "transition": "움직이는 중",
        "nobody": "아무도 없음",
    }
    verdicts: Mapping[str, str] = {
        PictureVerdict.CONFIRMED: "사진 확인: {posture} {percent} %",
        PictureVerdict.QUESTIONED: "사진으로는 {posture} {percent} %, 틀릴 수 있습니다.",
        PictureVerdict.UNSURE: "사진으로는 알 수 없음",
    }
    resend_mark = "[재전송] "
    resend_note = "앞의 알림이 도착했는지 알 수 없어 한 번 더 보냅니다."
    unrecorded_note = "서버가 기록하지 못해 같은 알림이 한 번 더 올 수 있습니다."
    unfinished_note = "시작된 뒤 끝났다는 신호가 아직 없습니다."
    arrived = "서버에는 {moment}에 왔습니다."
    counted = "{what} {count}건"
    joined_note = "알림이 많아 하나로 모았습니다."
    any_alert = "알림"
    several = "기기 알림 {count}가지"
    of_many = "{what} {count}대"
    more = "{names} 외 {count}"
    came_and_went = "{place} ({times}번, {now})"
    server = "서버"
    now_on = "지금도 그렇습니다"
    now_over = "지금은 정상"
    now_unwatched = "지금은 지켜보지 않음"

    def moment(self, at: datetime, this_year: int, /) -> str:
        half, hour = ("오전", "오후")[at.hour // 12], at.hour % 12 or 12
        year = f"{at.year}년 " if at.year != this_year else ""
        day = f"{year}{at.month}월 {at.day}일({'월화수목금토일'[at.weekday()]})"
        return f"{day} {half} {hour}시 {at:%M분 %S초}"

    def since(self, moment: str) -> str:
        return f"{moment}부터"

    def lasting(self, seconds: float) -> str:
        if seconds < 59.95:
            return f"{seconds:.1f}초 동안"
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes}분 {rest}초 동안"
