"""Network cameras that a box has found, in words."""

from collections.abc import Mapping

from backend.web.marks import N_
from contract.found_cameras import Access, Fit

FITS: Mapping[Fit, str] = {
    Fit.GOOD: N_("suits well"),
    Fit.LARGE: N_("larger than needed: the camera box works more for it"),
    Fit.OTHER_CODEC: N_("not H.264: the camera box works more for it"),
    Fit.SLOW: N_("too few pictures a second: a fall may be missed"),
    Fit.SMALL: N_("small: only who is near is seen well"),
    Fit.UNKNOWN: N_("the camera does not say what it is"),
}
ACCESSES: Mapping[Access, str] = {
    Access.OPEN: N_("It has no stream."),
    Access.PASSWORD_WANTED: N_("It wants a password."),
    Access.PASSWORD_REFUSED: N_("It does not take the password that the camera box has."),
    Access.UNREADABLE: N_("It does not answer as a camera does."),
}
"""Why a camera shows no streams."""
