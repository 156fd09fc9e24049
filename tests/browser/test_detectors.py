"""The way from the record to a detector that serves, and back: on the pages."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from backend.jobs.service import JobService, JobWanted
from backend.storage.database import open_factory_database
from contract.jobs import JobKind
from contract.language import Language
from contract.versions import Version
from testkit.browser import DRAWN, Device, Size
from testkit.dataset_zips import picture, zipped
from testkit.households import HOME
from testkit.language_models.anthropic import AnthropicDialect
from testkit.language_models.base import KEY, REFUSAL, LanguageModel
from testkit.ntfy_server import NtfyServer
from testkit.sample_factory import PLAIN_WORDS, quick_worker, record_falls
from testkit.speaker import MS, Speaker, reads
from testkit.versions import altered, open_versions, register
from testkit.web_server import WebServer, web_server

SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def model() -> Iterator[LanguageModel]:
    """The stand-in for a provider's."""
    with closing(LanguageModel(AnthropicDialect())) as model:
        yield model


@pytest.fixture(scope="module")
def new_server(
    tmp_path_factory: pytest.TempPathFactory, ntfy: NtfyServer, model: LanguageModel
) -> Iterator[WebServer]:
    """A server whose record has a fall and two alarms."""
    folder = tmp_path_factory.mktemp("server")
    record_falls(folder / "data")
    settings = {"NTFY_URL": ntfy.url, "TZ": "Asia/Seoul", "ANTHROPIC_BASE_URL": model.url}
    with web_server(folder, settings) as server:
        yield server


@pytest.fixture(scope="module")
def worker(server: WebServer) -> Iterator[None]:
    """Somebody who carries out its jobs."""
    with quick_worker(server.folder):
        yield


@pytest.fixture
def speak(
    owner_factory: Callable[..., Device], server: WebServer
) -> Iterator[Callable[[Size, Language], "Speaker"]]:
    """The owner's device in a language; afterwards the owner reads English again."""

    with ExitStack() as stack:

        def make(size: Size, language: Language) -> Speaker:
            stack.enter_context(reads(server, language))
            return Speaker(owner_factory(size=size, language=language), language)

        yield make


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("size", "language"), [("phone", "ko"), pytest.param("desk", "en", marks=pytest.mark.slow)]
)
def test_from_the_record_to_a_detector_that_serves_and_back(
    speak: Callable[[Size, Language], Speaker], size: Size, language: Language
) -> None:
    owner = speak(size, language)
    _make_a_dataset(owner)
    version = _train(owner)
    _compare(owner, version)
    _serve_and_go_back(owner, version)


def _make_a_dataset(owner: Speaker) -> None:
    page, today = owner.page, datetime.now().astimezone().date()
    page.goto("/datasets")
    page.locator("#first").fill((today - timedelta(days=6)).isoformat())
    page.locator("#last").fill((today + timedelta(days=1)).isoformat())
    owner.press("Make it")
    page.wait_for_url("**/datasets/*?done=made")
    owner.see("A new version is made.")
    assert page.get_by_text("fall", exact=True).first.is_visible()
    owner.device.check()


def _train(owner: Speaker) -> str:
    """Let plain words fill in the form, and start it; the version that comes of it."""
    page = owner.page
    page.goto("/training")
    page.locator("#message").fill(PLAIN_WORDS[owner.language])
    owner.press("Say it")
    page.locator("#talk .answer").wait_for()
    expect(page.locator("#message")).to_have_value("")
    assert page.locator("[name=dataset_version]:checked").count() == 1
    assert page.locator("#setting-epochs").input_value() == "3"
    assert page.locator("#base").input_value()
    owner.device.check()
    owner.press("Start the training")
    page.wait_for_url("**/jobs/*")
    owner.see("It is done.")  # by what the page hears: nobody has loaded it again
    assert page.locator(".plot polyline").count() == 1
    owner.device.check()
    return page.url.rpartition("/")[2][:8]


def _compare(owner: Speaker, version: str) -> None:
    page = owner.page
    page.goto("/detectors")
    mine = page.locator(f'[data-version="{version}"]')
    assert mine.get_by_text(owner.said("Let it serve")).count() == 0
    mine.get_by_role("button", name=owner.said("Compare with the one that serves")).click()
    page.wait_for_url("**/detectors/comparisons/*")
    owner.see("One by one")
    fewer = page.locator("li.row", has_text=owner.said("Alarms fewer"))
    assert fewer.locator("strong").inner_text() == "1"
    owner.unfold("Look at it")
    canvas = page.locator("details[open] canvas")
    expect(canvas).to_be_visible()
    page.wait_for_function(f"() => ({DRAWN})(document.querySelector('details[open] canvas'))")
    assert "/incidents/" in (page.locator("details[open] a").get_attribute("href") or "")
    owner.device.check()
    _compare_on_the_data_set(owner, version)


def _compare_on_the_data_set(owner: Speaker, version: str) -> None:
    page = owner.page
    page.goto("/detectors")
    page.locator(f'[data-version="{version}"] a.name').click()
    owner.unfold("Compare them on a data set")
    owner.device.check()
    owner.press("Compare on it")
    page.wait_for_url("**/detectors/comparisons/*")
    owner.see("Beside each other")
    measured = owner.said("Measured on the data set %(name)s, version %(version)s.")
    expect(page.get_by_text(measured.partition("%")[0]).first).to_be_visible()
    owner.device.check()


def _serve_and_go_back(owner: Speaker, version: str) -> None:
    page = owner.page
    page.goto("/detectors")
    mine = page.locator(f'[data-version="{version}"]')
    mine.locator("summary").click()
    mine.locator("details button").click()
    page.wait_for_url("**/detectors?done=serves")
    falls = page.locator('[data-recipe="fall-lstm"]')
    assert version in falls.locator("p").first.inner_text()
    owner.device.check()
    owner.unfold("Back to the one before")
    falls.locator("details[open] button").click()
    page.wait_for_url("**/detectors?done=back")
    assert version not in falls.locator("p").first.inner_text()


def test_incident_goes_into_the_data_set_by_one_click(phone: Device, server: WebServer) -> None:
    page = phone.page
    headers = {"Authorization": f"Bearer {server.api_key}"}
    found = httpx.get(f"{server.url}/incidents", headers=headers, trust_env=False).json()
    fall = max(found, key=lambda incident: incident["began_at"])
    page.goto(f"/incidents/{fall['id']}")
    page.get_by_role("button", name="Into the data set").click()
    page.get_by_text("It is in the data set From the record").wait_for()
    phone.check()


def test_upload_goes_on_after_a_lost_connection_and_after_the_page_was_left(
    phone: Device, tmp_path: Path
) -> None:
    page, asked = phone.page, list[str]()
    path = tmp_path / "doors.zip"
    path.write_bytes(zipped({f"door/{n}.png": picture(n) for n in range(3)}))

    def lose_the_first_two(route: Route) -> None:
        asked.append(route.request.method)
        if route.request.method == "PATCH" and asked.count("PATCH") <= 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile(r"/datasets(/uploads/\w+)?$"), lose_the_first_two)
    _upload(page, "Doors", path)
    page.get_by_text("No connection. It goes on by itself.").wait_for()
    page.goto("/household")
    _upload(page, "Doors", path)
    page.wait_for_url(re.compile(r"/datasets/[0-9a-f]{32}"), timeout=MS)
    assert (asked.count("POST"), asked.count("PATCH")) == (1, 3)
    assert page.get_by_text("3 files").first.is_visible()


def test_upload_that_is_refused_says_what_was_expected(phone: Device) -> None:
    _upload(phone.page, "No zip", b"nothing of a zip" * 100)
    refusal = phone.page.locator("[data-wrong]")
    refusal.wait_for(timeout=MS)
    assert refusal.inner_text().startswith("It was refused: expected a whole zip")


def _upload(page: Page, name: str, content: bytes | Path) -> None:
    """Upload pictures, of a file or of these bytes."""
    page.goto("/datasets")
    page.locator("#upload-name").fill(name)
    page.locator("#upload-kind").select_option("pictures")
    field = page.locator("#upload-file")
    if isinstance(content, Path):
        field.set_input_files(content)
    else:
        field.set_input_files({"name": "a.zip", "mimeType": "application/zip", "buffer": content})
    page.get_by_role("button", name="Upload it").click()


def test_data_set_is_shared_cut_down_and_deleted(phone: Device) -> None:
    page = phone.page
    files = {f"{label}/{n}.png": picture(n) for label in ("open", "shut") for n in range(2)}
    _upload(page, "Windows", zipped(files))
    page.wait_for_url(re.compile(r"/datasets/[0-9a-f]{32}"), timeout=MS)
    page.get_by_label("open").check()
    page.get_by_role("button", name="Make a version of this part").click()
    page.locator("#version-2").get_by_text("a part").wait_for()
    page.get_by_role("button", name="Make a link").click()
    assert "/shared/" in page.locator("#link").inner_text()
    phone.check()
    page.get_by_text("Delete it").click()
    page.get_by_role("button", name="Delete Windows").click()
    page.get_by_text("The data set is deleted.").wait_for()


def test_job_that_nobody_works_at_is_ended_and_goes_on(phone: Device, server: WebServer) -> None:
    database = open_factory_database(None, server.folder / "data")
    wanted = JobWanted(JobKind.TRAINING, SCRIPT, {}, HOME, queue="elsewhere")
    job = JobService(database).ask(wanted)
    database.close()
    phone.page.goto(f"/jobs/{job.id}")
    phone.page.get_by_text("End it").click()
    phone.page.get_by_role("button", name="End this job").click()
    phone.page.get_by_role("button", name="Go on where it ended").click()
    phone.page.get_by_text("waits for a worker").first.wait_for()
    phone.check()


def test_endpoint_takes_shares_and_ends(phone: Device) -> None:
    page = phone.page
    page.goto("/detectors/deployments")
    page.locator("#name").fill(SCRIPT)
    page.get_by_role("button", name="Let it serve").click()
    page.get_by_text("It serves.", exact=True).wait_for()
    page.get_by_text("Change what serves").click()
    page.locator("[name^=share-]").first.fill("60")
    page.get_by_role("button", name="Change it").click()
    assert "add up to 100" in page.get_by_role("alert").inner_text()
    phone.complaints.clear()  # that it was refused
    phone.check()
    page.get_by_text("End it").click()
    page.get_by_role("button", name="End <img").click()
    page.get_by_text("It serves no more.").wait_for()


def register_in(server: WebServer, folder: Path, version: str, **fields: float) -> Version:
    """A version that the server finds as what a training has made."""
    versions = open_versions(server.folder / "data")
    return register(versions, altered(folder, version, **fields))


def test_version_becomes_the_shadow(phone: Device, server: WebServer, tmp_path: Path) -> None:
    register_in(server, tmp_path / "checkpoint", "careful", threshold=0.95)
    page = phone.page
    page.goto("/detectors")
    mine = page.locator('[data-version="careful"]')
    mine.get_by_role("button", name="Make it the shadow").click()
    page.wait_for_url("**/detectors?done=shadow")
    expect(page.get_by_role("status")).to_contain_text("is the shadow from now on")
    expect(page.get_by_role("heading", name="The shadow: careful")).to_be_visible()
    expect(mine.locator(".badge")).to_have_text("shadow")
    expect(mine.get_by_role("button", name="Make it the shadow")).to_have_count(0)
    phone.check()


def test_key_of_a_provider_is_a_header_of_what_is_said_and_nothing_else(
    phone: Device, server: WebServer, model: LanguageModel
) -> None:
    page = phone.page
    model.script = [REFUSAL]
    page.goto("/training")
    page.get_by_text("Let a language model read it").click()
    page.get_by_label("Your key").fill(KEY)
    phone.check()
    page.locator("#message").fill("notice when she tumbles")
    with page.expect_response("**/training/words") as answered:
        page.get_by_role("button", name="Say it").click()
    asked = answered.value.request
    assert asked.headers["x-anthropic-api-key"] == KEY
    assert KEY not in asked.url + (asked.post_data or "") + answered.value.text()
    expect(page.locator("#talk .answer")).to_contain_text("it refused to answer")
    assert (len(model.bodies), model.refused) == (1, [])
    assert not keeps(server, KEY)
    page.goto("/training")
    expect(page.get_by_label("Your key")).to_have_value("")


def keeps(server: WebServer, secret: str) -> bool:
    """Whether a file of the server, or its log, has it."""
    files = [it for it in server.folder.rglob("*") if it.is_file()]
    assert server.part.log in files
    return any(secret.encode() in it.read_bytes() for it in files)


def test_name_of_a_data_set_a_label_and_a_version_is_text(
    phone: Device, server: WebServer, tmp_path: Path
) -> None:
    shown: list[Dialog] = []
    phone.page.on("dialog", lambda dialog: shown.append(dialog))
    _upload(phone.page, SCRIPT, zipped({f"{SCRIPT}/{n}.png": picture(n) for n in range(2)}))
    phone.page.wait_for_url(re.compile(r"/datasets/[0-9a-f]{32}"), timeout=MS)
    assert phone.page.get_by_text(SCRIPT).count() > 2
    dataset = phone.page.url.partition("#")[0]
    version = register_in(server, tmp_path / "checkpoint", SCRIPT)
    paths = [dataset, "/datasets", "/training?recipe=pictures", "/training", "/detectors", "/jobs"]
    for path in (*paths, f"/detectors/versions/{version.id}", "/detectors/deployments"):
        phone.page.goto(path)
        assert phone.page.locator("img").count() == 0, path
        phone.check()
    assert shown == []
