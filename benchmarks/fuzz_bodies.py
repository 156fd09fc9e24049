"""What schemathesis has to know of bodies; it imports this module."""

import schemathesis

for content_type in ("application/offset+octet-stream", "image/heic", "image/tiff"):
    schemathesis.serializer.alias(content_type, "application/octet-stream")
