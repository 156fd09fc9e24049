"""Network cameras in lines that people read. Pure."""

from collections.abc import Iterable, Iterator

from agent.onvif.finder import Asked
from contract.found_cameras import Access, Fit, FoundStream

SAID_OF_FIT = {
    Fit.GOOD: "suits the detector",
    Fit.LARGE: "larger than what is looked at, which costs this box time",
    Fit.OTHER_CODEC: "not H.264, which costs this box time",
    Fit.SLOW: "fewer than 10 pictures a second: a fall may be missed",
    Fit.SMALL: "small: only who is near is seen well",
    Fit.UNKNOWN: "the camera does not say what it is",
}
SAID_OF_ACCESS = {
    Access.OPEN: "",
    Access.PASSWORD_WANTED: "wants a password: run-agent --camera-login {id}",
    Access.PASSWORD_REFUSED: "refuses the password: run-agent --camera-login {id}",
    Access.UNREADABLE: "cannot be asked: {failure}",
}


def listed(cameras: Iterable[Asked]) -> Iterator[str]:
    """Lines about each camera and its streams, the one that suits best first."""
    for asked in cameras:
        found = asked.found
        of = " ".join(filter(None, (found.maker, found.model)))
        yield f"{found.name}{f' ({of})' if of else ''}, at {asked.announcement.host}"
        yield f"  --source onvif://{found.id}"
        if said := SAID_OF_ACCESS[found.access]:
            yield f"  {said.format(id=found.id, failure=asked.failure)}"
        for stream in found.streams:
            mark = "*" if stream is found.streams[0] else " "
            yield f"  {mark} {stream.token}: {_described(stream)}"


def _described(stream: FoundStream) -> str:
    size = f"{stream.width}x{stream.height}" if stream.width and stream.height else "unknown size"
    rate = f", {stream.fps:g} a second" if stream.fps else ""
    return f"{stream.codec or 'unknown codec'}, {size}{rate}: {SAID_OF_FIT[stream.fit]}"
