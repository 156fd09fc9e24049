"""A picture that somebody brings on the page."""

from io import BytesIO

import httpx2 as httpx
from PIL import Image

PLAIN = "image/jpeg"


def jpeg() -> bytes:
    """A small one."""
    encoded = BytesIO()
    Image.new("RGB", (320, 240), (200, 120, 40)).save(encoded, "JPEG")
    return encoded.getvalue()


def bring(http: httpx.Client, picture: bytes) -> httpx.Response:
    """The answer to the last of the three steps, or to the one that was refused."""
    wanted = {"name": "drill.jpg", "content_type": PLAIN, "bytes": len(picture)}
    answer = http.post("/images/upload", json=wanted)
    if not answer.is_success:
        return answer
    asked = answer.json()
    put = http.put(asked["put"]["url"], content=picture, headers=asked["put"]["headers"])
    return http.post(f"/images/{asked['image']['id']}/confirm") if put.is_success else put
