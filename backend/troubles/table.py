"""Every trouble: a row each, which is all that is to be said of it.

A new one is a new row. Its `name` is the label of its START and END, and `of_camera` or `of_server`
finds it. `docs/operations.md` has a row for each too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from backend.troubles import finders
from backend.troubles.phrase import Language, Phrase
from backend.troubles.subjects import Camera, ServerState
from contract.events import Picture


@dataclass(frozen=True)
class Trouble:
    """One thing that may be wrong: `ko` and `en` say what it is, and what to do about it.

    It must hold for `held_sec` until somebody is notified, and be gone for `gone_sec` until it is
    over. It need not hold at a stretch: what counts are the last `within_sec`, twice as long as it
    must hold where nothing is said. Of one that `is_silence`, CAMERA_SILENT_AFTER decides.

    `of_camera` and `of_server` say in one line what is wrong, None if nothing is; one that has
    neither is found in `backend/watchdog/` by what came before. One that `is_of_picture` is not
    known of a camera box that does not look at its picture, one that does not `outlives_backlog`
    not while heartbeats of the past arrive, and none while another one that it is `hidden_by` is
    open.
    """

    name: str
    ko: Phrase
    en: Phrase
    held_sec: float
    gone_sec: float = 30.0
    within_sec: float | None = None
    is_silence: bool = False
    of_camera: Callable[[Camera], str | None] | None = None
    of_server: Callable[[ServerState], str | None] | None = None
    is_of_picture: bool = False
    outlives_backlog: bool = False
    hidden_by: frozenset[str] = frozenset()

    def phrase(self, language: Language) -> Phrase:
        """What is said of it in this language."""
        return self.ko if language == "ko" else self.en


_ROWS = (
    Trouble(
        # Its heartbeats stay away.
        name="camera_silent",
        ko=Phrase(
            "카메라 연결 끊김",
            "낙상을 볼 수 없습니다. 전원과 네트워크를 확인해 주세요.",
        ),
        en=Phrase(
            "Camera not connected",
            "It cannot see a fall. Please check its power and network.",
        ),
        held_sec=0.0,
        is_silence=True,
    ),
    Trouble(
        # It said good-bye, and has not come back.
        name="camera_stopped",
        ko=Phrase(
            "카메라가 꺼진 채로 있음",
            "낙상을 볼 수 없습니다. 일부러 끈 것이 아니면 다시 켜 주세요.",
        ),
        en=Phrase(
            "Camera still switched off",
            "It cannot see a fall. Please switch it on again, unless it is off on purpose.",
        ),
        # It was waited for.
        held_sec=0.0,
    ),
    Trouble(
        # Two camera boxes bear its name: the death of one would go unnoticed.
        name="camera_twice",
        ko=Phrase(
            "두 카메라가 같은 이름을 씀",
            "하나가 꺼져도 알 수 없습니다. 카메라마다 다른 이름(CAMERA_ID)을 정해 주세요.",
        ),
        en=Phrase(
            "Two cameras with one name",
            "If one of them fails, nobody will notice. Please give each a name of its own (CAMERA_ID).",
        ),
        held_sec=0.0,
        is_silence=True,
        of_camera=finders.twice,
    ),
    Trouble(
        # Its clock differs from the server's.
        name="camera_clock",
        ko=Phrase(
            "카메라 기기의 시계가 맞지 않음",
            "알림의 시각이 틀립니다. 카메라 기기와 서버의 시간 설정을 확인해 주세요.",
        ),
        en=Phrase(
            "Camera box with a wrong clock",
            "The times in the alerts are wrong. Please check the time settings of the camera box and of the server.",
        ),
        # A backlog that drains looks like it for a moment.
        held_sec=60.0,
        gone_sec=60.0,
        of_camera=finders.clock,
    ),
    Trouble(
        # It gives no pictures.
        name="camera_blind",
        ko=Phrase(
            "카메라 화면이 보이지 않음",
            "낙상을 볼 수 없습니다. 카메라를 확인해 주세요.",
        ),
        en=Phrase(
            "Camera without a picture",
            "It cannot see a fall. Please check the camera.",
        ),
        # Holes of less than this are the next one's.
        held_sec=30.0,
        within_sec=40.0,
        of_camera=finders.blind,
    ),
    Trouble(
        # Its pictures come with holes in which a fall would be lost.
        name="camera_unsteady",
        ko=Phrase(
            "카메라 화면이 자꾸 끊김",
            "낙상을 놓칠 수 있습니다. 카메라의 전원과 네트워크를 확인해 주세요.",
        ),
        en=Phrase(
            "Camera picture comes and goes",
            "It may miss a fall. Please check the camera's power and network.",
        ),
        # Five minutes are summed up in any case.
        held_sec=0.0,
        gone_sec=60.0,
        of_camera=finders.unsteady,
        hidden_by=frozenset({"camera_blind", "camera_slow"}),
    ),
    Trouble(
        # It gives, or its camera box looks at, too few pictures a second to see a fall.
        name="camera_slow",
        ko=Phrase(
            "카메라 화면이 너무 느림",
            "낙상을 놓칠 수 있습니다. 카메라 기기가 너무 바쁘거나 카메라가 느립니다.",
        ),
        en=Phrase(
            "Camera too slow",
            "It may miss a fall. The camera box has too much to do, or the camera is slow.",
        ),
        # The camera box does something else besides for two minutes, such as an update.
        held_sec=130.0,
        gone_sec=60.0,
        within_sec=300.0,
        of_camera=finders.slow,
        hidden_by=frozenset({"camera_blind", "camera_unsteady"}),
    ),
    Trouble(
        # It gives the same picture for ever.
        name="camera_frozen",
        ko=Phrase(
            "카메라 화면이 멈춤",
            "낙상을 볼 수 없습니다. 카메라를 껐다 켜 주세요.",
        ),
        en=Phrase(
            "Camera picture frozen",
            "It cannot see a fall. Please switch the camera off and on.",
        ),
        # The camera box says so after a minute.
        held_sec=5.0,
        of_camera=finders.picture_is(Picture.FROZEN),
        is_of_picture=True,
    ),
    Trouble(
        name="camera_dark",
        ko=Phrase(
            "카메라 화면이 어두움",
            "낙상을 보지 못할 수 있습니다. 조명과 카메라를 확인해 주세요. 내일도 같은 시간에 어두우면 다시 알리지 않습니다.",
        ),
        en=Phrase(
            "Camera picture dark",
            "It may not see a fall. Please check the light and the camera. If it is dark at the same hour tomorrow, this will not be sent again.",
        ),
        # Somebody is out of a dim room in which they would be found.
        held_sec=600.0,
        gone_sec=60.0,
        of_camera=finders.dark,
        is_of_picture=True,
    ),
    Trouble(
        name="camera_blurred",
        ko=Phrase(
            "카메라 화면이 흐림",
            "낙상을 놓칠 수 있습니다. 렌즈와 초점을 확인해 주세요.",
        ),
        en=Phrase(
            "Camera picture blurred",
            "It may miss a fall. Please check the lens and the focus.",
        ),
        # Steam, or a camera that looks for its focus.
        held_sec=600.0,
        gone_sec=60.0,
        of_camera=finders.picture_is(Picture.BLURRED),
        is_of_picture=True,
    ),
    Trouble(
        name="camera_covered",
        ko=Phrase(
            "카메라가 가려짐",
            "낙상을 볼 수 없습니다. 카메라 앞을 확인해 주세요.",
        ),
        en=Phrase(
            "Camera covered",
            "It cannot see a fall. Please check what is in front of it.",
        ),
        # Somebody stands before it.
        held_sec=60.0,
        of_camera=finders.picture_is(Picture.COVERED),
        is_of_picture=True,
    ),
    Trouble(
        # Who walks has his head beside or below his hips: it does not hang as it is set to.
        name="camera_upside_down",
        ko=Phrase(
            "카메라 화면이 거꾸로이거나 옆으로 누움",
            "낙상을 놓치거나 잘못 알릴 수 있습니다. 카메라를 바로 달거나 ROTATE를 설정해 주세요.",
        ),
        en=Phrase(
            "Camera picture upside down or on its side",
            "It may miss a fall, or report one that was none. Please hang it the right way up, or set ROTATE.",
        ),
        # The camera box says so only after people have walked for some seconds.
        held_sec=10.0,
        of_camera=finders.upside_down,
    ),
    Trouble(
        # Nobody looks whether its picture shows anything.
        name="camera_unchecked",
        ko=Phrase(
            "카메라 화면을 점검하지 못함",
            "가려지거나 멈춰도 알 수 없습니다. 카메라 기기의 설치를 확인해 주세요.",
        ),
        en=Phrase(
            "Camera picture not checked",
            "A cover or a frozen picture would go unnoticed. Please check how the camera box was installed.",
        ),
        held_sec=30.0,
        of_camera=finders.unchecked,
        is_of_picture=True,
    ),
    Trouble(
        # At the same hours of each day something moves, but nobody is ever found.
        name="camera_unseeing",
        ko=Phrase(
            "움직임은 있는데 사람이 보이지 않음",
            "사흘째 같은 시간입니다. 그때 사람이 있었다면 조명과 카메라를 확인해 주세요. 반려동물이나 커튼뿐이었다면 괜찮습니다.",
        ),
        en=Phrase(
            "Something moves, but nobody is seen",
            "At the same hours for three days. If somebody was there, please check the light and the camera; if it was a pet or a curtain, all is well.",
        ),
        # Three days were.
        held_sec=0.0,
        gone_sec=60.0,
    ),
    Trouble(
        # Its box fell back to another model, or cannot take the one that is to serve.
        name="camera_model",
        ko=Phrase(
            "카메라 기기가 새 낙상 모델을 쓰지 못함",
            "이전 모델로 계속 살핍니다. 서버의 배포 기록과 카메라 기기의 디스크를 확인해 주세요.",
        ),
        en=Phrase(
            "Camera box without the model that is to serve",
            "It goes on with the one before. Please check the deployment on the server, and the camera box's disk.",
        ),
        # It asks every 15 s, and may have to fetch the model over a slow network.
        held_sec=600.0,
        of_camera=finders.other_model,
    ),
    Trouble(
        # Its box cannot use the look that the household has chosen for dark pictures.
        name="camera_night_look",
        ko=Phrase(
            "카메라 기기가 고른 야간 보정을 쓰지 못함",
            "어두운 화면은 기본 방법으로 밝게 하여 계속 살핍니다. 서버의 룩 페이지에서 다른 것을 고르거나 끌 수 있습니다.",
        ),
        en=Phrase(
            "Camera box without the look for the night",
            "It goes on and brightens dark pictures in the simple way. Another look can be chosen on the server, or none.",
        ),
        held_sec=600.0,
        of_camera=finders.other_night_look,
    ),
    Trouble(
        # More events wait on the camera box than leave it.
        name="outbox_growing",
        ko=Phrase(
            "카메라의 기록이 서버에 오지 않음",
            "알림이 늦을 수 있습니다. 네트워크를 확인해 주세요.",
        ),
        en=Phrase(
            "A camera's events do not reach the server",
            "Alerts may be late. Please check the network.",
        ),
        # A day's backlog drains in half a minute.
        held_sec=180.0,
        gone_sec=60.0,
        of_camera=finders.outbox_growing,
        outlives_backlog=True,
    ),
    Trouble(
        # The camera box cannot keep its events on its disk.
        name="outbox_failing",
        ko=Phrase(
            "카메라 기기가 기록을 저장하지 못함",
            "카메라 기기의 디스크를 확인해 주세요.",
        ),
        en=Phrase("The camera box cannot keep its events", "Please check the camera box's disk."),
        held_sec=30.0,
        of_camera=finders.outbox_failing,
        outlives_backlog=True,
    ),
    Trouble(
        # Nobody analyzes what a camera sees, or the server's detector is not there.
        name="detector_failing",
        ko=Phrase(
            "낙상 판단이 멈춤",
            "낙상을 알릴 수 없습니다. 서버를 확인해 주세요.",
        ),
        en=Phrase(
            "Fall detection has stopped",
            "No fall can be reported. Please check the server.",
        ),
        held_sec=30.0,
        of_camera=finders.unanalyzed,
        of_server=lambda server: server.detector,
    ),
    Trouble(
        name="log_failing",
        ko=Phrase(
            "기록을 저장하지 못함",
            "서버의 디스크를 확인해 주세요.",
        ),
        en=Phrase("Events cannot be recorded", "Please check the server's disk."),
        # A single failing fsync is reported.
        held_sec=0.0,
        of_server=lambda server: server.log,
    ),
    Trouble(
        name="disk_low",
        ko=Phrase(
            "디스크 공간 부족",
            "곧 기록이 멈춥니다. 공간을 비워 주세요.",
        ),
        en=Phrase(
            "Disk almost full",
            "Recording will stop soon. Please free some space.",
        ),
        # Deleting and filling up again is one trouble.
        held_sec=10.0,
        gone_sec=600.0,
        of_server=lambda server: server.disk,
    ),
    Trouble(
        name="token_expiring",
        ko=Phrase(
            "카카오 로그인 만료 임박",
            "화면의 버튼이나 run-kakao-login으로 다시 로그인해 주세요.",
        ),
        en=Phrase(
            "Kakao login about to expire",
            "Please log in again, with the button of the page or run-kakao-login.",
        ),
        # A login may be under way.
        held_sec=600.0,
        gone_sec=0.0,
        of_server=lambda server: server.token,
    ),
)

TROUBLES: dict[str, Trouble] = {row.name: row for row in _ROWS}
"""By name. No setting mutes them: only then does silence mean that all is well."""
