"""Numbers of picture files that must be the same wherever one is read; nothing is imported here."""

THUMBNAIL_SIDE = 400
"""The longer side of a thumbnail, in pixels."""
ORIENTATION, DETAILS, PLACE = 0x0112, 0x8769, 0x8825
"""EXIF's: how the picture lies, and where the rest stands and the place."""
TAKEN, TAKEN_OFFSET = 0x9003, 0x9011
"""EXIF's, among the details: when it was taken, and of which time zone that is."""
