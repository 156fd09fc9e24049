"""What schemathesis has to know of bodies; it imports this module."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
