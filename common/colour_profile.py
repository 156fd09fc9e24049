"""The colour profile that a picture file carries: what it calls itself, and the way to sRGB."""

from io import BytesIO

from PIL import Image, ImageCms

CONVERTED = ("RGB", "L", "CMYK")
"""The modes of Pillow whose colours a profile says."""
MOST_NAME = 80
SRGB = ImageCms.createProfile("sRGB")
BAD_PROFILE = (ImageCms.PyCMSError, OSError, ValueError)


def profile_name(profile: bytes | None) -> str | None:
    """What it calls itself; None where there is none that can be read."""
    if not profile:
        return None
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile)))
    except BAD_PROFILE:
        return None
    return "".join(letter for letter in name if letter.isprintable()).strip()[:MOST_NAME] or None


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """The picture in RGB by its profile; None where there is none, or one of other colours."""
    if not profile or image.mode not in CONVERTED:
        return None
    try:
        found = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, found, SRGB, outputMode="RGB")
    except BAD_PROFILE:
        return None
