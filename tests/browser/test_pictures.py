"""Pictures on the pages: kept by consent, brought, put through a look, commented and erased."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from testkit.browser import Device
from testkit.ntfy_server import NtfyServer
from testkit.sample_factory import quick_worker
from testkit.speaker import MS, Speaker, reads
from testkit.web_server import WebServer, web_server


@pytest.fixture(scope="module")
def new_server(tmp_path_factory: pytest.TempPathFactory, ntfy: NtfyServer) -> Iterator[WebServer]:
    """A server of this module alone, which keeps no pictures yet."""
    with web_server(tmp_path_factory.mktemp("server"), {"NTFY_URL": ntfy.url}) as server:
        yield server


@pytest.fixture
def worker(server: WebServer) -> Iterator[None]:
    """Somebody who carries out its jobs."""
    with quick_worker(server.folder):
        yield


def photograph(seed: int, gain: float) -> FilePayload:
    """A generated picture of soft colours, as bright as `gain` lets it be."""
    noise = np.random.default_rng(seed).uniform(0, 255, (6, 8, 3)).astype(np.uint8)
    soft = Image.fromarray(noise).resize((320, 240), Image.Resampling.BICUBIC)
    out = BytesIO()
    soft.point(lambda value: value * gain).save(out, "JPEG", quality=92)
    name = f"{'bright' if gain == 1 else 'dark'}-{seed}.jpg"
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.usefixtures("worker")
def test_pictures_are_kept_put_through_a_look_commented_and_erased(
    owner_factory: Callable[..., Device], server: WebServer
) -> None:
    pytest.importorskip("torch")
    with reads(server, "ko"):
        owner = Speaker(owner_factory(size="phone", language="ko"), "ko")
        _consent(owner)
        _bring(owner)
        _learn(owner)
        _apply(owner)
        _comment(owner)
        _erase(owner)


def _consent(owner: Speaker) -> None:
    page = owner.page
    page.goto("/images")
    owner.see("No pictures are kept: the household has not turned that on.")
    owner.device.check()
    page.goto("/images/consents")
    page.locator("#days-1").fill("30")
    owner.press("Keep them")
    owner.see("Such pictures are kept from now on.")
    owner.device.check()


def _bring(owner: Speaker) -> None:
    page = owner.page
    page.goto("/images")
    brought = [photograph(seed, gain) for gain in (0.25, 1.0) for seed in (1, 2, 3)]
    nonsense: FilePayload = {"name": "no.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.locator("#files").set_input_files([nonsense])
    owner.press("Bring them")
    expect(page.locator("[data-wrong]")).to_contain_text("no.jpg", timeout=MS)
    assert all("422" in said for said in owner.device.complaints)
    owner.device.complaints.clear()
    page.locator("#files").set_input_files(brought)
    owner.press("Bring them")
    page.wait_for_url("**/images?done=brought", timeout=MS)
    expect(page.locator(".gallery img")).to_have_count(6)
    owner.device.check()


def _learn(owner: Speaker) -> None:
    page = owner.page
    page.goto("/styles")
    page.locator("#name").fill("밤의 거실")
    for side, name in (("before", "dark"), ("after", "bright")):
        for box in page.locator(f".choice:has-text('{name}-') input[name={side}]").all():
            box.check()
    owner.device.check()
    owner.press("Learn it")
    page.wait_for_url(re.compile(r"/styles/[0-9a-f]+$"))
    owner.reload_until("How near it comes")
    owner.device.check()


def _apply(owner: Speaker) -> None:
    page = owner.page
    page.locator("#image_id").select_option(label="dark-1.jpg")
    owner.press("Apply it")
    page.wait_for_url("**/images/*#work")
    owner.see("It is done.")
    page.reload()
    slider = page.locator(".slider.moves")
    before = slider.evaluate("it => it.style.getPropertyValue('--border')")
    page.locator("[data-slider-control] input").press("ArrowRight")
    assert slider.evaluate("it => it.style.getPropertyValue('--border')") != before
    assert page.locator(".slider img").last.evaluate("it => it.complete && it.naturalWidth") == 320
    owner.device.check()


def _comment(owner: Speaker) -> None:
    page = owner.page
    page.locator("select[name=stars]").select_option("4")
    owner.press("Give them")
    expect(page.locator("#notes + p")).to_contain_text("4.0")
    page.locator("#note").fill("이제 보인다")
    owner.press("Keep the note")
    page.get_by_text("이제 보인다").first.wait_for()
    owner.device.check()


def _erase(owner: Speaker) -> None:
    page = owner.page
    address = page.url.partition("#")[0]
    page.locator("summary").last.click()
    page.locator("form[action$=removal] button.danger").last.click()
    owner.see("The picture is erased.")
    answer = page.request.get(f"{address}/original", headers={"Accept": "image/*"})
    assert answer.status == 404
