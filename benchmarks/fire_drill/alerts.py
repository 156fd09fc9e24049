"""Steps 1 to 3: does it ring, and does an answer end it?"""

import time
from collections.abc import Iterator

from benchmarks.fire_drill.box import CAMERA
from benchmarks.fire_drill.home import PAGE, Home
from benchmarks.fire_drill.seen import Seen, awaited, quiet

RINGS_SEC = 10.0
ANSWERED = "Mina says that all is well."


def send_test(home: Home) -> Iterator[Seen]:
    """1: `send-test-alert`."""
    since = time.time()
    status, said = home.run("send-test-alert", "--backend-url", home.url)
    yield Seen(
        "each channel says `sent`", "; ".join(said.splitlines()), time.time() - since, status == 0
    )
    yield awaited("each phone rings", RINGS_SEC, lambda: home.both_rang(since))
    yield awaited("a memo of Kakao comes", RINGS_SEC, lambda: home.memo(since))


def fall_test(home: Home) -> Iterator[Seen]:
    """2: a fall test, and a fall."""
    since = time.time()
    home.mina.post("/fall-test", json={"camera_id": CAMERA}).raise_for_status()
    home.play_fall()
    yield home.fall_rings(since)
    yield quiet("nobody else's does", 1.0, lambda: home.rang("Jun", since))


def answer(home: Home) -> Iterator[Seen]:
    """3: *All is well* from the phone, and the end of the test."""
    home.answer()
    since = time.time()
    fall = home.incidents(label="fall")[0]["id"]

    def page() -> str | None:
        text = home.mina.get(f"/incidents/{fall}", headers=PAGE).text
        return ANSWERED if ANSWERED in text else None

    yield awaited("the page shows who has answered", RINGS_SEC, page)
    home.mina.delete("/fall-test")
    yield quiet("it rings no more", home.calm_sec, lambda: home.any_rang(since))
