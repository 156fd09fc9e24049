"""What one camera says of itself: its clock, maker, streams, and where each is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from pydantic import ValidationError

from agent.onvif.addresses import at_host
from agent.onvif.errors import NotLetIn, OnvifError
from agent.onvif.login import Login
from agent.onvif.safe_xml import text_at
from agent.onvif.soap import SoapClient
from agent.onvif.stream_fit import best_first, fit
from contract.found_cameras import MAX_STREAMS, FoundStream
from contract.names import visible

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
OF_SERVICES = "<GetServices xmlns='{0}'><IncludeCapability>false</IncludeCapability></GetServices>"
OF_CAPABILITIES = "<GetCapabilities xmlns='{0}'><Category>Media</Category></GetCapabilities>"
PROFILES = {
    MEDIA: "<GetProfiles xmlns='{0}'/>",
    MEDIA2: "<GetProfiles xmlns='{0}'><Type>VideoEncoder</Type></GetProfiles>",
}
STREAM_URI = {
    MEDIA: (
        "<GetStreamUri xmlns='{0}'><StreamSetup><Stream xmlns='{1}'>RTP-Unicast</Stream>"
        "<Transport xmlns='{1}'><Protocol>RTSP</Protocol></Transport></StreamSetup>"
        "<ProfileToken>{2}</ProfileToken></GetStreamUri>"
    ),
    MEDIA2: (
        "<GetStreamUri xmlns='{0}'><Protocol>RTSP</Protocol>"
        "<ProfileToken>{2}</ProfileToken></GetStreamUri>"
    ),
}
CODECS = {"H.264": "H264", "H.265": "H265", "HEVC": "H265", "AVC": "H264"}
T = TypeVar("T")


class Device:
    """A camera whose device service is at `url`; its methods raise as `SoapClient.ask` does."""

    def __init__(self, url: str, soap: SoapClient) -> None:
        self._url, self._soap = url, soap
        self._host = urlsplit(url).hostname or ""
        self._media: list[tuple[str, str]] = []

    def open(self) -> None:
        """Learn its clock, and where it is asked for streams. That needs no login."""
        self._soap.ahead_sec = self._ahead_sec()
        self._media = self._media_services()
        if not self._media:
            raise OnvifError("it has no streams: it is no camera")

    def maker_and_model(self) -> tuple[str, str]:
        """In the maker's words."""
        body = f"<GetDeviceInformation xmlns='{DEVICE}'/>"
        answer = self._soap.ask(self._url, body)
        return text_at(answer, "Manufacturer"), text_at(answer, "Model")

    def streams(self) -> tuple[FoundStream, ...]:
        """Those that it has set up, the one that suits the detector best first."""

        def ask(service: str, url: str) -> tuple[FoundStream, ...]:
            answer = self._soap.ask(url, PROFILES[service].format(service))
            return tuple(_streams(answer))[:MAX_STREAMS]

        return best_first(self._by_either(ask))

    def stream_url(self, token: str) -> str:
        """Where one of its streams is, without who asks."""

        def ask(service: str, url: str) -> str:
            body = STREAM_URI[service].format(service, SCHEMA, escape(token))
            return at_host(text_at(self._soap.ask(url, body), "Uri"), self._host)

        found = self._by_either(ask)
        if not found.startswith("rtsp"):
            raise OnvifError("it names no RTSP address for its stream")
        return found

    def _by_either(self, ask: Callable[[str, str], T]) -> T:
        """By Media2, which knows H.265 too, or else by the older service."""
        for service, url in self._media[:-1]:
            try:
                return ask(service, url)
            except NotLetIn:
                raise
            except OnvifError:
                continue
        return ask(*self._media[-1])

    def _ahead_sec(self) -> float:
        """How far its clock is ahead of ours; 0 where it does not say."""
        body = f"<GetSystemDateAndTime xmlns='{DEVICE}'/>"
        try:
            answer = self._soap.ask(self._url, body, is_stranger=True)
            fields = ("Year", "Month", "Day"), ("Hour", "Minute", "Second")
            utc = answer.find(".//{*}UTCDateTime")
            date, clock = ([int(text_at(utc, name)) for name in names] for names in fields)
            return datetime(*date, *clock, tzinfo=UTC).timestamp() - time.time()  # type: ignore[misc,arg-type]
        except (NotLetIn, ValueError, TypeError):
            return 0.0

    def _media_services(self) -> list[tuple[str, str]]:
        """The best one first, each with its address."""
        with suppress(OnvifError):
            answer = self._soap.ask(self._url, OF_SERVICES.format(DEVICE))
            found = {
                text_at(each, "Namespace"): text_at(each, "XAddr")
                for each in answer.iterfind(".//{*}Service")
            }
            if media := [it for it in (MEDIA2, MEDIA) if found.get(it)]:
                return [(it, at_host(found[it], self._host)) for it in media]
        answer = self._soap.ask(self._url, OF_CAPABILITIES.format(DEVICE))
        url = text_at(answer, "Media", "XAddr")
        return [(MEDIA, at_host(url, self._host))] if url else []


@contextmanager
def opened(url: str, login: Login | None) -> Iterator[Device]:
    """The camera whose device service is at `url`, ready to be asked; raises OnvifError."""
    with SoapClient(login) as soap:
        device = Device(url, soap)
        device.open()
        yield device


def _streams(answer: Element) -> Iterator[FoundStream]:
    for profile in answer.iterfind(".//{*}Profiles"):
        encoder = profile.find(".//{*}VideoEncoderConfiguration")
        if encoder is None:
            encoder = profile.find(".//{*}VideoEncoder")
        with suppress(ValidationError):  # what cannot be named cannot be chosen
            yield _stream(profile, encoder)


def _stream(profile: Element, encoder: Element | None) -> FoundStream:
    said = visible(text_at(encoder, "Encoding"))[:16].upper()
    codec = CODECS.get(said, said) or None
    width, height = (_whole(text_at(encoder, "Resolution", side)) for side in ("Width", "Height"))
    fps = _whole(text_at(encoder, "RateControl", "FrameRateLimit").partition(".")[0])
    token = profile.get("token", "")
    return FoundStream(
        token=token,
        name=visible(text_at(profile, "Name"))[:64].strip() or token,
        codec=codec,
        width=width,
        height=height,
        fps=fps,
        fit=fit(codec, width, height, fps),
    )


def _whole(text: str) -> int | None:
    """A number that is no nonsense."""
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) < 6 else None
