"""A stand-in for a network camera that speaks ONVIF: WS-Discovery over UDP, SOAP over HTTP.

It checks digests as cameras do: by its own clock, each nonce once.
"""

import base64
import hashlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote
from uuid import uuid4
from xml.etree import ElementTree
from xml.sax.saxutils import escape

GROUP, PORT = "239.255.255.250", 3702
WINDOW_SEC = 5.0
"""How far a token's time may be from the camera's clock."""
BEFORE_LOGIN = {"GetSystemDateAndTime", "GetServices", "GetCapabilities"}
REALM = "camera"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
ENTITIES = (
    b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "'
    + b"&a;" * 50
    + b'"><!ENTITY c "'
    + b"&b;" * 50
    + b'">]><Envelope><Body>&c;</Body></Envelope>'
)
"""An answer that grows by its entities."""
HUGE = b"<Envelope>" + b" " * 10_000_000 + b"</Envelope>"


@dataclass(frozen=True)
class Profile:
    """A stream as the camera describes it."""

    token: str
    name: str
    width: int
    height: int
    fps: int
    codec: str = "H264"


PROFILES = (
    Profile("main", "MainStream", 2560, 1440, 20, "H265"),
    Profile("sub", "SubStream", 640, 480, 15),
    Profile("third", "ThirdStream", 320, 240, 8),
)


@dataclass(frozen=True)
class Behaviour:
    """How a camera is. `by_http` wants HTTP's digest instead of WS-Security's.

    `says` takes the place of each SOAP answer, `drips_sec` is the pause after each of its bytes;
    `host` is what it names in its addresses.
    """

    name: str = "Kitchen cam"
    user: str = ""
    password: str = ""
    profiles: tuple[Profile, ...] = PROFILES
    rtsp_url: str = "rtsp://10.99.99.99:554/live"
    ahead_sec: float = 0.0
    by_http: bool = False
    has_media2: bool = False
    has_services: bool = True
    host: str = "127.0.0.1"
    says: bytes | None = None
    drips_sec: float = 0.0


@dataclass
class Asked:
    """What somebody has asked: the operation, and what came of it."""

    operation: str
    status: int
    body: str = field(repr=False)
    has_login: bool
    """Whether it showed a name and a password."""


class OnvifCamera(ThreadingHTTPServer):
    """One camera; `behaviour` may be replaced while it runs."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = behaviour
        self.id = str(uuid4())
        self.address = f"127.0.0.1:{self.server_port}"
        self.asked: list[Asked] = []
        self.nonces: set[str] = set()
        self._udp, self._is_off = _listening(), threading.Event()
        self._serving = [
            threading.Thread(target=serve, daemon=True)
            for serve in (self._answer_probes, lambda: self.serve_forever(0.02))
        ]
        for thread in self._serving:
            thread.start()

    @property
    def refused(self) -> int:
        """How often it has taken a name and a password for wrong."""
        return sum(asked.has_login and asked.status in (400, 401) for asked in self.asked)

    @property
    def now(self) -> float:
        """By its own clock."""
        return time.time() + self.behaviour.ahead_sec

    def url(self, path: str) -> str:
        """An address of its own, as it names it."""
        return f"http://{self.behaviour.host}:{self.server_port}/onvif/{path}"

    def close(self) -> None:
        """Switch it off."""
        self._is_off.set()
        self.shutdown()
        for thread in self._serving:
            thread.join()
        self.server_close()

    def _answer_probes(self) -> None:
        answered: set[bytes] = set()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answering:
            answering.bind(("127.0.0.1", 0))
            while not self._is_off.is_set():
                with suppress(TimeoutError):
                    data, asking = self._udp.recvfrom(65_535)
                    found = re.search(rb"MessageID>([^<]+)<", data)
                    if found and b"NetworkVideoTransmitter" in data and found[1] not in answered:
                        answered.add(found[1])
                        answering.sendto(self._match(found[1].decode()).encode(), asking)
        self._udp.close()

    def _match(self, message_id: str) -> str:
        scopes = f"onvif://www.onvif.org/name/{quote(self.behaviour.name)} " + (
            "onvif://www.onvif.org/hardware/DC-1 onvif://www.onvif.org/location/home"
        )
        return f"""<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<e:Header><a:RelatesTo>{message_id}</a:RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch>
<a:EndpointReference><a:Address>urn:uuid:{self.id}</a:Address></a:EndpointReference>
<d:Types xmlns:n="http://www.onvif.org/ver10/network/wsdl">n:NetworkVideoTransmitter</d:Types>
<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{self.url("device_service")}</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"""


def _listening() -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((GROUP, PORT))
    loopback = struct.pack(
        "=4s4si", socket.inet_aton(GROUP), b"\0" * 4, socket.if_nametoindex("lo")
    )
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, loopback)
    listening.settimeout(0.1)
    return listening


class _Handler(BaseHTTPRequestHandler):
    """One question of SOAP."""

    server: OnvifCamera

    def do_POST(self) -> None:
        """Answer it, or say why not."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        operation = _operation(body)
        status, answer = self._answer(operation, body)
        has_login = "Authorization" in self.headers or "UsernameToken" in body
        self.server.asked.append(Asked(operation, status, body, has_login))
        data = self.server.behaviour.says or _envelope(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        if status == 401:
            nonce = hashlib.sha256(str(time.time()).encode()).hexdigest()[:16]
            asks = f'Digest realm="{REALM}", qop="auth", nonce="{nonce}", algorithm=MD5'
            self.send_header("WWW-Authenticate", asks)
        self.end_headers()
        with suppress(OSError):  # who asks has heard enough
            self._write(data)

    def _write(self, data: bytes) -> None:
        if not (pause := self.server.behaviour.drips_sec):
            self.wfile.write(data)
            return
        for byte in data:
            self.wfile.write(bytes([byte]))
            time.sleep(pause)

    def _answer(self, operation: str, body: str) -> tuple[int, str]:
        camera = self.server
        if camera.behaviour.user and operation not in BEFORE_LOGIN:
            if camera.behaviour.by_http:
                if not self._knows_by_http():
                    return 401, _fault("ter:NotAuthorized")
            elif not _knows(camera, body):
                return 400, _fault("ter:NotAuthorized")
        known = ANSWERS.get(operation)
        answer = known(camera, body) if known else ""
        return (200, answer) if answer else (500, _fault("ter:ActionNotSupported"))

    def _knows_by_http(self) -> bool:
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', self.headers.get("Authorization", "")))
        of = self.server.behaviour
        first = _md5(f"{of.user}:{REALM}:{of.password}")
        parts = (said.get(key, "") for key in ("nonce", "nc", "cnonce", "qop"))
        second = _md5(f"POST:{self.path}")
        return said.get("response") == _md5(":".join((first, *parts, second)))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _knows(camera: OnvifCamera, body: str) -> bool:
    """Whether a UsernameToken is its user's, of now, and shown for the first time."""
    said = {key: _text(body, key) for key in ("Username", "Password", "Nonce", "Created")}
    if not all(said.values()) or said["Nonce"] in camera.nonces:
        return False
    camera.nonces.add(said["Nonce"])
    made = datetime.fromisoformat(said["Created"]).timestamp()
    text = (
        base64.b64decode(said["Nonce"]) + f"{said['Created']}{camera.behaviour.password}".encode()
    )
    digest = base64.b64encode(hashlib.sha1(text).digest()).decode()  # noqa: S324
    is_now = abs(made - camera.now) <= WINDOW_SEC
    return is_now and (said["Username"], said["Password"]) == (camera.behaviour.user, digest)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324


def _text(body: str, name: str) -> str:
    root = ElementTree.fromstring(body)  # noqa: S314 (our own)
    return root.findtext(f".//{{*}}{name}") or ""


def _operation(body: str) -> str:
    root = ElementTree.fromstring(body)  # noqa: S314 (our own)
    found = root.find("{*}Body/*")
    return "" if found is None else found.tag.rpartition("}")[2]


def _envelope(body: str) -> str:
    soap = "http://www.w3.org/2003/05/soap-envelope"
    return f'<s:Envelope xmlns:s="{soap}"><s:Body>{body}</s:Body></s:Envelope>'


def _fault(subcode: str) -> str:
    return (
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>"
        f"{subcode}</s:Value></s:Subcode></s:Code></s:Fault>"
    )


def _clock(camera: OnvifCamera, _: str) -> str:
    at = datetime.fromtimestamp(camera.now, UTC)
    return (
        f'<d:GetSystemDateAndTimeResponse xmlns:d="{DEVICE}"><d:SystemDateAndTime><d:UTCDateTime>'
        f"<d:Time><d:Hour>{at.hour}</d:Hour><d:Minute>{at.minute}</d:Minute>"
        f"<d:Second>{at.second}</d:Second></d:Time><d:Date><d:Year>{at.year}</d:Year>"
        f"<d:Month>{at.month}</d:Month><d:Day>{at.day}</d:Day></d:Date>"
        "</d:UTCDateTime></d:SystemDateAndTime></d:GetSystemDateAndTimeResponse>"
    )


def _services(camera: OnvifCamera, _: str) -> str:
    if not camera.behaviour.has_services:
        return ""
    found = {DEVICE: "device_service", MEDIA: "media"}
    if camera.behaviour.has_media2:
        found[MEDIA2] = "media2"
    listed = "".join(
        f"<d:Service><d:Namespace>{name}</d:Namespace><d:XAddr>{camera.url(path)}</d:XAddr>"
        "</d:Service>"
        for name, path in found.items()
    )
    return f'<d:GetServicesResponse xmlns:d="{DEVICE}">{listed}</d:GetServicesResponse>'


def _capabilities(camera: OnvifCamera, _: str) -> str:
    return (
        f'<d:GetCapabilitiesResponse xmlns:d="{DEVICE}"><d:Capabilities>'
        '<t:Media xmlns:t="http://www.onvif.org/ver10/schema">'
        f"<t:XAddr>{camera.url('media')}</t:XAddr></t:Media>"
        "</d:Capabilities></d:GetCapabilitiesResponse>"
    )


def _information(_: OnvifCamera, __: str) -> str:
    return (
        f'<d:GetDeviceInformationResponse xmlns:d="{DEVICE}"><d:Manufacturer>Dolcam'
        "</d:Manufacturer><d:Model>DC-1</d:Model></d:GetDeviceInformationResponse>"
    )


def _profiles(camera: OnvifCamera, body: str) -> str:
    """In the form of the service that is asked; the older one knows no H.265."""
    is_media2 = MEDIA2 in body
    listed = "".join(
        _profile(each, "VideoEncoder" if is_media2 else "VideoEncoderConfiguration")
        for each in camera.behaviour.profiles
        if is_media2 or each.codec != "H265"
    )
    service = MEDIA2 if is_media2 else MEDIA
    return f'<m:GetProfilesResponse xmlns:m="{service}">{listed}</m:GetProfilesResponse>'


def _profile(profile: Profile, encoder: str) -> str:
    return (
        f'<m:Profiles token="{escape(profile.token)}"><m:Name>{escape(profile.name)}</m:Name>'
        f"<m:{encoder}><m:Name>encoder</m:Name><m:Encoding>{profile.codec}</m:Encoding>"
        f"<m:Resolution><m:Width>{profile.width}</m:Width><m:Height>{profile.height}</m:Height>"
        f"</m:Resolution><m:RateControl><m:FrameRateLimit>{profile.fps}</m:FrameRateLimit>"
        f"</m:RateControl></m:{encoder}></m:Profiles>"
    )


def _stream_uri(camera: OnvifCamera, body: str) -> str:
    token = _text(body, "ProfileToken")
    if token not in {each.token for each in camera.behaviour.profiles}:
        return ""
    uri = f"<m:Uri>{escape(camera.behaviour.rtsp_url)}</m:Uri>"
    return (
        f'<m:GetStreamUriResponse xmlns:m="{MEDIA}"><m:MediaUri>{uri}</m:MediaUri>'
        "</m:GetStreamUriResponse>"
    )


ANSWERS: dict[str, Callable[[OnvifCamera, str], str]] = {
    "GetSystemDateAndTime": _clock,
    "GetServices": _services,
    "GetCapabilities": _capabilities,
    "GetDeviceInformation": _information,
    "GetProfiles": _profiles,
    "GetStreamUri": _stream_uri,
}


@contextmanager
def onvif_camera(behaviour: Behaviour | None = None) -> Iterator[OnvifCamera]:
    """A camera that is on while the context lasts."""
    camera = OnvifCamera(behaviour or Behaviour())
    try:
        yield camera
    finally:
        camera.close()
