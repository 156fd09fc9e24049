"""What went wrong, as a person reads it: by the code of an error, for those that people meet."""

from collections.abc import Mapping
from gettext import NullTranslations

from backend.errors import ApiError, Forbidden
from backend.web.marks import N_

SENTENCES: Mapping[str, str] = {
    "wrong_login": N_("The name or the password is not right."),
    "too_many_requests": N_("Too often in a short time. Please wait a moment and try again."),
    "wrong_code": N_("This link or code is no longer good. Please ask for a new one."),
    "already_set_up": N_("The household is set up already. Please log in."),
    "login_taken": N_("Somebody else has this log-in name. Please choose another one."),
    "already_member": N_("You belong to this household already."),
    "unknown_household": N_("There is no such household among yours."),
    "last_owner": N_("The household needs an owner: make somebody else one first."),
    "last_operator": N_("Somebody must be able to make households: name somebody else first."),
    "forbidden": N_("You may not do this. An owner of the household can."),
    "camera_has_key": N_("This camera's key stands in CAMERA_KEYS. Take it out there first."),
    "too_many_codes": N_("There are several codes that nobody has used. Please wait ten minutes."),
    "not_found_by_box": N_("The camera box does not find this stream any more. Please look again."),
    "unknown_camera": N_("There is no such camera."),
    "unknown_contact": N_("There is no such channel any more."),
    "kind_unavailable": N_("The server lacks a setting for this kind of channel."),
    "kakao_app_in_environment": N_("The app's key stands in the server's environment, which wins."),
    "too_many_contacts": N_("That is as many channels as one person can have."),
    "not_tested": N_("Send a test first."),
    "not_found": N_("There is no such page."),
    "unknown_incident": N_("There is no such incident."),
    "internal_error": N_("The server failed. Please try again; its log says why."),
    "not_connected": N_("KakaoTalk was not connected. Please try again and allow messages."),
    "fall_test_under_way": N_("A fall test is made already. It ends within five minutes."),
    "no_fall_test": N_("The fall test is over."),
    "somebody_in_need": N_("An incident of this camera is not over. Answer it first."),
    "comment_edited": N_(
        "This note was changed meanwhile. What you have written is not kept yet: look at both."
    ),
    "unknown_comment": N_("This note was deleted meanwhile."),
    "not_the_author": N_("Only the author of a note may change it."),
    "unknown_job": N_("There is no such job."),
    "job_state": N_("The job has gone on meanwhile. Please look again."),
    "unknown_dataset": N_("There is no such data set any more."),
    "unknown_version": N_("There is no such version any more."),
    "unknown_comparison": N_("There is no such comparison."),
    "unknown_deployment": N_("This deployment has ended."),
    "not_compared": N_("It has not been compared with the version that serves. Compare it first."),
    "other_labels": N_("It knows other labels than the version that serves, so it cannot serve."),
    "nothing_before": N_("No version has served before that could serve again."),
    "nothing_to_keep": N_("Nothing would be in it: there is no such example in these days."),
    "no_table": N_("This data set is no table."),
    "no_verdict": N_("Say first what it was: a fall, a false alarm or a test."),
    "no_poses": N_("No skeletons were kept of it."),
    "no_weights": N_("This version can only be had as ONNX with 32 bits, in which it came."),
    "already_deployed": N_("The camera boxes have a deployment already: change that one."),
    "conversation_over": N_("This conversation has become too long. Load the page again."),
    "unknown_conversation": N_("This conversation is over. Load the page again."),
    "another_table": N_("This conversation is about another table. Begin a new one."),
    "no_report_font": N_(
        "There is no font with Hangul for the PDF. Install fonts-nanum, or name a TTF file in "
        "REPORT_FONT."
    ),
    "conversation_busy": N_("The last words are still being read. Please wait a moment."),
    "login_not_begun": N_("The log-in at Kakao took too long. Please press the button again."),
}


def said_of(error: ApiError, texts: NullTranslations, *, is_stranger: bool = False) -> str:
    """The sentence for `error`; of what no person meets as a rule, what programs are told.

    What a stranger may not do, an owner may not either: it is the address or the site.
    """
    known = SENTENCES.get(error.code)
    if known and not (is_stranger and error.code == Forbidden.code):
        return texts.gettext(known)
    return texts.gettext("The server says: {message}.").format(message=error.message)
