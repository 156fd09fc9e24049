"""What is said of each label in English."""

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


class English:
    """A Wording."""

    phrases: Mapping[str, Phrase] = {
        FALL: Phrase("Fall detected", "Please check now."),
        "lying": Phrase("Lying detected", "Please check now."),
        STILL_DOWN: Phrase(
            "Not seen to get up after a fall", "Please check now, and call 119 if needed."
        ),
        ON_FLOOR: Phrase(
            "Somebody lies or sits on the floor", "Please check now, and call 119 if needed."
        ),
        Trouble.CAMERA_SILENT: Phrase(
            "Camera not connected", "It cannot see a fall. Please check its power and network."
        ),
        Trouble.CAMERA_BLIND: Phrase(
            "Camera without a picture", "It cannot see a fall. Please check the camera."
        ),
        Trouble.CAMERA_STOPPED: Phrase(
            "Camera still switched off",
            "It cannot see a fall. Please switch it on again, unless it is off on purpose.",
        ),
        Trouble.CAMERA_TWICE: Phrase(
            "Two cameras with one name",
            "If one of them fails, nobody will notice. Please give each a name of its own "
            "(CAMERA_ID).",
        ),
        Trouble.CAMERA_CLOCK: Phrase(
            "Camera box with a wrong clock",
            "The times in the alerts are wrong. Please check the time settings of the camera box "
            "and of the server.",
        ),
        Trouble.CAMERA_UNSTEADY: Phrase(
            "Camera picture comes and goes",
            "It may miss a fall. Please check the camera's power and network.",
        ),
        Trouble.CAMERA_UNSEEING: Phrase(
            "Something moves, but nobody is seen",
            "At the same hours for three days. If somebody was there, please check the light and "
            "the camera; if it was a pet or a curtain, all is well.",
        ),
        Trouble.LOG_FAILING: Phrase("Events cannot be recorded", "Please check the server's disk."),
        Trouble.DISK_LOW: Phrase(
            "Disk almost full", "Recording will stop soon. Please free some space."
        ),
        Trouble.TOKEN_EXPIRING: Phrase(
            "Kakao login about to expire", "Please log in again with run-kakao-login."
        ),
        Trouble.DETECTOR_FAILING: Phrase(
            "Fall detection has stopped", "No fall can be told. Please check the server."
        ),
        Trouble.OUTBOX_GROWING: Phrase(
            "A camera's events do not reach the server",
            "Alerts may be late. Please check the network.",
        ),
        Trouble.CAMERA_SLOW: Phrase(
            "Camera too slow",
            "It may miss a fall. The camera box has too much to do, or the camera is slow.",
        ),
        Trouble.CAMERA_FROZEN: Phrase(
            "Camera picture frozen", "It cannot see a fall. Please switch the camera off and on."
        ),
        Trouble.CAMERA_DARK: Phrase(
            "Camera picture dark",
            "It may not see a fall. Please check the light and the camera. If it is dark at the "
            "same hour tomorrow, this will not be told again.",
        ),
        Trouble.CAMERA_BLURRED: Phrase(
            "Camera picture blurred",
            "It may miss a fall. Please check the lens and the focus.",
        ),
        Trouble.CAMERA_UPSIDE_DOWN: Phrase(
            "Camera picture upside down or on its side",
            "It may miss a fall, or tell of one that was none. Please hang it the right way up, or "
            "set ROTATE.",
        ),
        Trouble.CAMERA_UNCHECKED: Phrase(
            "Camera picture not checked",
            "A cover or a frozen picture would go unnoticed. Please check how the camera box was "
            "installed.",
        ),
        Trouble.CAMERA_COVERED: Phrase(
            "Camera covered", "It cannot see a fall. Please check what is in front of it."
        ),
        Trouble.OUTBOX_FAILING: Phrase(
            "The camera box cannot keep its events", "Please check the camera box's disk."
        ),
    }
    all_clear = Phrase("All is well again", "There is nothing to do now.")
    no_longer = Phrase("No longer watched", "")
    one_left = Phrase(
        "One of two cameras of one name is not heard of any more",
        "Nobody watches what it saw. Please check its power and network.",
    )
    falls: Mapping[str, Phrase] = {
        OUT_OF_SIGHT: Phrase(
            "Somebody went down, and cannot be seen", "Please check now, and call 119 if needed."
        ),
        BROKEN_OFF: Phrase(
            "The picture broke off during a fall",
            "Please check now: the camera sees nothing more of it.",
        ),
    }
    got_up: Mapping[str, Phrase] = {
        STILL_DOWN: Phrase(
            "Not seen to get up for a while after a fall",
            "The person seems to have got up since. Please check all the same.",
        ),
        ON_FLOOR: Phrase(
            "Somebody lay or sat on the floor for a while",
            "The person seems to have got up since. Please check all the same.",
        ),
    }
    unknown = Phrase("{label} detected", "Please check now.")
    states: Mapping[str, str] = {
        RECOVERED: "The person seems to have got up since.",
        OUT_OF_SIGHT: "The camera cannot see the person now.",
        "lying": "The person seems to be lying.",
        STOPPED: "The camera was switched off.",
        ENDED: "The camera is not used any more.",
        FORGOTTEN: "Nothing was heard of it for a week, so it is no longer waited for.",
    }
    postures: Mapping[str, str] = {
        "lying": "lying",
        "upright": "standing or sitting",
        "transition": "moving",
        "nobody": "nobody there",
    }
    verdicts: Mapping[str, str] = {
        PictureVerdict.CONFIRMED: "Picture: {posture}, {percent} %",
        PictureVerdict.QUESTIONED: "Picture: {posture}, {percent} %; it may be wrong.",
        PictureVerdict.UNSURE: "Picture: cannot tell",
    }
    resend_mark = "[Resent] "
    resend_note = "Sent once more, since nobody knows whether the alert before arrived."
    unrecorded_note = "The server could not record this, so it may come once more."
    unfinished_note = "It has begun; that it ended was not heard yet."
    arrived = "It reached the server at {moment}."
    counted = "{count} x {what}"
    joined_note = "There were many alerts, so they come as one."
    any_alert = "alerts"
    several = "{count} notices about the devices"
    of_many = "{what} ({count} cameras)"
    more = "{names} and {count} more"
    came_and_went = "{place} (begun {times} x, {now})"
    server = "server"
    now_on = "still so"
    now_over = "well now"
    now_unwatched = "no longer watched"

    def moment(self, at: datetime, _this_year: int, /) -> str:
        return f"{at:%Y-%m-%d %H:%M:%S}"

    def since(self, moment: str) -> str:
        return f"since {moment}"

    def lasting(self, seconds: float) -> str:
        if seconds < 59.95:
            return f"for {seconds:.1f} s"
        minutes, rest = divmod(round(seconds), 60)
        return f"for {minutes} min {rest} s"
