"""What the audit log tells of."""

from enum import StrEnum


class Action(StrEnum):
    """What somebody did."""

    SET_UP = "set_up"
    LOGGED_IN = "logged_in"
    LOOKED = "looked"
    """At an incident, a camera or a page: the subject says at what."""
    INVITED = "invited"
    JOINED = "joined"
    CHANGED_PERSON = "changed_person"
    REMOVED_PERSON = "removed_person"
    CHANGED_HOUSEHOLD = "changed_household"
    CHANGED_CONTACTS = "changed_contacts"
    CHANGED_KAKAO_APP = "changed_kakao_app"
    PAIRED_CAMERA = "paired_camera"
    REMOVED_CAMERA = "removed_camera"
    TRIED_CAMERA = "tried_camera"
    ANSWERED = "answered"
    GAVE_VERDICT = "gave_verdict"
    ERASED = "erased"
    MOVED_ALIAS = "moved_alias"
    REMOVED_VERSION = "removed_version"
    COMPARED_VERSIONS = "compared_versions"
    SHARED_DATASET = "shared_dataset"
    DOWNLOADED_DATASET = "downloaded_dataset"
    """By a link, without a log-in."""
    REMOVED_DATASET = "removed_dataset"
