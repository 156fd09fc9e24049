"""XML of strangers: what declares entities is refused before any of it is expanded."""

# A document type, the one way to entities, is refused below.
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from agent.onvif.errors import OnvifError

NO_XML = "what it answers is no XML that can be read"


class _WithoutDoctype(TreeBuilder):
    """Builds elements of a document that has no document type."""

    def doctype(self, *_: object) -> None:
        """The parser has met one."""
        raise ParseError("a document type")


def parse(data: bytes) -> Element:
    """The root of the document; raises OnvifError."""
    parser = XMLParser(target=_WithoutDoctype())  # noqa: S314
    try:
        parser.feed(data)
        root = parser.close()
    except (ParseError, ValueError, LookupError):  # the last two: of an encoding
        raise OnvifError(NO_XML) from None
    if not isinstance(root, Element):
        raise OnvifError(NO_XML)
    return root


def text_at(element: Element | None, *names: str) -> str:
    """The text below elements of these names, whatever their namespaces; empty without them."""
    path = "/".join(f"{{*}}{name}" for name in names)
    return "" if element is None else (element.findtext(f".//{path}") or "").strip()
