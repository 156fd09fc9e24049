"""What is said in WS-Discovery: who is a camera, and what cameras answer. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from pydantic import TypeAdapter, ValidationError

from agent.onvif.addresses import at_host
from agent.onvif.errors import OnvifError
from agent.onvif.safe_xml import parse, text_at
from contract.found_cameras import FoundId
from contract.names import visible

SCOPE = "onvif://www.onvif.org/"
MAX_NAME = 60
PREFIX = re.compile(r"^(urn:)?(uuid:)?", re.IGNORECASE)
PROBE = """<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<s:Header><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>
<a:MessageID>urn:uuid:{message_id}</a:MessageID>
<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>
<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>"""
ID = TypeAdapter(FoundId)


@dataclass(frozen=True)
class Announcement:
    """A camera that has answered from `host`; `url` is its device service there.

    `id` stays when its address changes. The others are in the camera's own words, empty where it
    says nothing.
    """

    id: str
    host: str
    url: str
    name: str
    hardware: str
    location: str


def probe(message_id: str) -> bytes:
    """The question for cameras, by an id of its own."""
    return PROBE.format(message_id=message_id).encode()


def announcements(data: bytes, host: str, message_id: str) -> Iterator[Announcement]:
    """The cameras in an answer that came from `host` to the probe `message_id`; else none.

    Whatever addresses it names, only `host` is asked: no answer leads the box elsewhere.
    """
    try:
        root = parse(data)
    except OnvifError:
        return
    if text_at(root, "RelatesTo").lower().removesuffix(message_id) not in ("urn:uuid:", "uuid:"):
        return
    for match in root.iterfind(".//{*}ProbeMatch"):
        if (found := _announcement(match, host)) is not None:
            yield found


def _announcement(match: Element, host: str) -> Announcement | None:
    scopes = [unquote(scope) for scope in text_at(match, "Scopes").split()]
    is_camera = "NetworkVideoTransmitter" in text_at(match, "Types")
    if not is_camera and not any(scope.startswith(SCOPE) for scope in scopes):
        return None
    try:
        said = text_at(match, "EndpointReference", "Address")
        camera_id = ID.validate_python(PREFIX.sub("", said).lower())
        url = _service(text_at(match, "XAddrs").split(), host)
    except (ValidationError, OnvifError):
        return None
    name, hardware, location = (_said(scopes, key) for key in ("name", "hardware", "location"))
    return Announcement(camera_id, host, url, name, hardware, location)


def _service(addresses: list[str], host: str) -> str:
    """The one at `host`, where a camera names several; http before https. Raises OnvifError."""
    ordered = sorted(addresses, key=lambda url: (_host(url) != host, not url.startswith("http:")))
    return at_host(ordered[0] if ordered else "", host)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _said(scopes: list[str], key: str) -> str:
    start = f"{SCOPE}{key}/"
    found = (scope.removeprefix(start) for scope in scopes if scope.startswith(start))
    return visible(next(found, ""))[:MAX_NAME].strip()
