"""/images over HTTP, by an owner, a caregiver, a viewer and a camera box."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.media.keys import brought_key, key_of
from contract.media import Image, ImageType, UploadOffer
from testkit.asked_home import AskedHome, asked_home
from testkit.telling_pictures import SECRETS, telling

PICTURE = telling(ImageType.JPEG)
WANTED = {"name": '거실 "1".jpg', "content_type": "image/jpeg", "bytes": len(PICTURE)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(tmp_path_factory.mktemp("images") / "data") as home:
        ask(home, "PUT", "/images/consents", json={"camera_id": None, "days": 30})
        yield home


@pytest.fixture(scope="module")
def kept(home: AskedHome) -> Image:
    return bring(home)


def ask(home: AskedHome, method: str, path: str, who: str = "owner", **options: Any) -> Any:
    return home.ask(who, method, path, **options)


def bring(home: AskedHome, who: str = "caregiver") -> Image:
    """Upload it, as a browser does."""
    answer = ask(home, "POST", "/images/upload", who, json=WANTED).raise_for_status()
    offer = UploadOffer.model_validate(answer.json())
    put(home, offer, PICTURE).raise_for_status()
    confirmed = ask(home, "POST", f"/images/{offer.image.id}/confirm", who).raise_for_status()
    return Image.model_validate(confirmed.json())


def put(home: AskedHome, offer: UploadOffer, content: bytes) -> Any:
    """Put it where the offer says, without a login."""
    return ask(home, "PUT", offer.put.url, "stranger", content=content, headers=offer.put.headers)


def actions(home: AskedHome) -> list[tuple[str, str]]:
    return [(it["action"], it["subject"]) for it in ask(home, "GET", "/audit").json()]


def test_it_is_offered_confirmed_listed_and_erased(home: AskedHome) -> None:
    image = bring(home)
    assert ask(home, "GET", "/images").json()[0]["id"] == image.id
    assert ask(home, "GET", f"/images/{image.id}").json() == image.model_dump(mode="json")
    gone = ask(home, "DELETE", f"/images/{image.id}", "caregiver").json()
    assert gone == {"id": image.id, "files": ["original.jpg", "thumbnail.webp"]}
    assert ask(home, "GET", f"/images/{image.id}").status_code == 404
    done = [action for action, subject in actions(home) if subject == image.id]
    assert done == ["erased_image", "confirmed_image", "uploaded_image"]


def test_files_come_with_what_browsers_need(home: AskedHome, kept: Image) -> None:
    original = ask(home, "GET", f"/images/{kept.id}/original")
    assert original.headers["content-type"] == "image/jpeg"
    assert len(original.content) == kept.bytes == int(original.headers["content-length"])
    assert all(secret not in original.content for secret in SECRETS)
    assert original.headers["cache-control"] == "no-store"
    assert original.headers["x-content-type-options"] == "nosniff"
    assert "%22" in original.headers["content-disposition"]
    thumbnail = ask(home, "GET", f"/images/{kept.id}/thumbnail")
    assert thumbnail.headers["content-type"] == "image/webp"
    assert thumbnail.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        ("bytes=10-19", 206, 10, 20),
        ("bytes=10-", 206, 10, None),
        ("bytes=-10", 206, -10, None),
        ("bytes=0-999999999", 206, 0, None),
        ("bytes=999999999-", 416, 0, 0),
        ("bytes=5-4", 200, 0, None),
        ("bytes=1-2,4-5", 200, 0, None),
        ("lines=1-2", 200, 0, None),
    ],
)
def test_a_range_is_answered(
    home: AskedHome, kept: Image, asked: str, status: int, begin: int, end: int | None
) -> None:
    whole = ask(home, "GET", f"/images/{kept.id}/original").content
    part = ask(home, "GET", f"/images/{kept.id}/original", headers={"Range": asked})
    assert (part.status_code, part.content) == (status, whole[begin:end])


def test_what_a_browser_has_is_not_sent_again(home: AskedHome, kept: Image) -> None:
    path = f"/images/{kept.id}/thumbnail"
    tag = ask(home, "GET", path).headers["etag"]
    again = ask(home, "GET", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = ask(home, "GET", path, headers={"Range": "bytes=0-4", "If-Range": '"another"'})
    assert other.status_code == 200


def test_each_look_is_on_record(home: AskedHome) -> None:
    image = bring(home)
    path = f"/images/{image.id}"
    ask(home, "GET", f"{path}/original", "caregiver")
    ask(home, "GET", f"{path}/thumbnail")
    ask(home, "GET", f"{path}/original", headers={"Range": "bytes=1-"})
    ask(home, "GET", f"{path}/original", headers={"Range": "bytes=100-"})  # goes on with a look
    found = ask(home, "GET", f"{path}/views").json()
    assert [(it["person_id"], it["what"]) for it in found] == [
        (1, "original"),
        (1, "thumbnail"),
        (2, "original"),
    ]
    assert ("looked", f"image {image.id}") in actions(home)


@pytest.mark.parametrize("who", ["viewer", "camera", "stranger"])
def test_only_those_who_care_see_pictures(home: AskedHome, kept: Image, who: str) -> None:
    path = f"/images/{kept.id}"
    for asked in ("/images", path, f"{path}/original", f"{path}/thumbnail", f"{path}/views"):
        assert ask(home, "GET", asked, who).status_code in (401, 403)
    assert ask(home, "POST", "/images/upload", who, json=WANTED).status_code in (401, 403)
    assert ask(home, "DELETE", path, who).status_code in (401, 403)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (WANTED | {"bytes": 0}, "bytes: "),
        (WANTED | {"bytes": 50 * 2**20 + 1}, "bytes: "),
        (WANTED | {"content_type": "image/gif"}, "'image/jpeg'"),
        (WANTED | {"name": ""}, "name: "),
        (WANTED | {"more": 1}, "more: "),
        ([], "body: "),
    ],
)
def test_what_cannot_be_uploaded_is_refused(home: AskedHome, body: Any, said: str) -> None:
    answer = ask(home, "POST", "/images/upload", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["message"]


def test_a_confirm_says_what_is_missing_or_wrong(home: AskedHome) -> None:
    offer = UploadOffer.model_validate(ask(home, "POST", "/images/upload", json=WANTED).json())
    path = f"/images/{offer.image.id}"
    early = ask(home, "POST", f"{path}/confirm")
    assert (early.status_code, early.json()["code"]) == (409, "wrong_image_state")
    put(home, offer, bytes(len(PICTURE))).raise_for_status()
    for _ in range(2):
        bad = ask(home, "POST", f"{path}/confirm")
        assert (bad.status_code, bad.json()["code"]) == (422, "bad_image")
    found = ask(home, "GET", path).json()
    assert (found["state"], found["failure"]) == ("failed", bad.json()["message"])
    assert ask(home, "GET", f"{path}/original").json()["code"] == "unknown_file"


@pytest.mark.parametrize("path", ["/images/9999", "/images/9999/original", "/images/%F0%9F"])
def test_an_unknown_picture_is_said_to_be_unknown(home: AskedHome, path: str) -> None:
    answer = ask(home, "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_image")


def test_consents_are_an_owners(home: AskedHome) -> None:
    wanted = {"camera_id": None, "days": 30}
    assert ask(home, "PUT", "/images/consents", "caregiver", json=wanted).status_code == 403
    assert ask(home, "DELETE", "/images/consents", "caregiver").status_code == 403
    assert ask(home, "GET", "/images/consents", "caregiver").json()[0]["camera_id"] is None
    unknown = ask(home, "PUT", "/images/consents", json=wanted | {"camera_id": "attic"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_camera")
    for days in (0, 36_501, "long"):
        assert ask(home, "PUT", "/images/consents", json=wanted | {"days": days}).status_code == 422


def test_a_cameras_picture_is_kept_once_an_owner_has_turned_that_on(home: AskedHome) -> None:
    of = {"camera_id": "hall", "incident_id": "a-fall"}
    jpeg = {"content": PICTURE, "headers": {"Content-Type": "image/jpeg"}}
    early = ask(home, "POST", "/images/of-camera", "camera", params=of, **jpeg)
    assert (early.status_code, early.json()["code"]) == (403, "no_consent")
    ask(home, "PUT", "/images/consents", json={"camera_id": "hall", "days": 7}).raise_for_status()
    kept = ask(home, "POST", "/images/of-camera", "camera", params=of, **jpeg)
    assert (kept.json()["camera_id"], kept.json()["incident_id"]) == ("hall", "a-fall")
    others = ask(
        home, "POST", "/images/of-camera", "camera", params=of | {"camera_id": "x"}, **jpeg
    )
    assert others.status_code == 403
    bad = ask(home, "POST", "/images/of-camera", "camera", params=of, content=b"no JPEG")
    assert bad.json()["code"] == "bad_image"
    gone = ask(home, "DELETE", "/images/consents", params={"camera_id": "hall", "erase": True})
    assert gone.json() == {"camera_id": "hall", "erased": 2}  # the one that failed too
    assert ask(home, "GET", f"/images/{kept.json()['id']}").status_code == 404
    assert ("withdrew_consent", "hall") in actions(home)


def test_a_file_that_is_gone_is_said_to_be_gone(home: AskedHome) -> None:
    image = bring(home)
    home.app.state.media_driver.delete(key_of(image, "original"))
    answer = ask(home, "GET", f"/images/{image.id}/original")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_file")


def test_health_says_that_pictures_are_kept(home: AskedHome) -> None:
    assert ask(home, "GET", "/health").json()["media"] == {"status": "ok", "reason": None}


def test_what_is_put_after_the_confirm_changes_nothing(home: AskedHome) -> None:
    offer = UploadOffer.model_validate(ask(home, "POST", "/images/upload", json=WANTED).json())
    put(home, offer, PICTURE).raise_for_status()
    path = f"/images/{offer.image.id}"
    ask(home, "POST", f"{path}/confirm").raise_for_status()
    before = ask(home, "GET", f"{path}/original").content
    put(home, offer, bytes(len(PICTURE)))
    assert ask(home, "POST", f"{path}/confirm").status_code == 200
    assert ask(home, "GET", f"{path}/original").content == before
    home.app.state.media_sweeper.sweep()
    assert home.app.state.media_driver.find(brought_key(offer.image)) is None


def test_what_is_kept_can_be_erased_once_the_consent_is_withdrawn(tmp_path: Path) -> None:
    def page(home: AskedHome) -> str:
        text: str = ask(home, "GET", "/images/consents", headers={"Accept": "text/html"}).text
        return text

    with asked_home(tmp_path) as home:
        ask(home, "PUT", "/images/consents", json={"camera_id": None, "days": 30})
        image = bring(home)
        ask(home, "DELETE", "/images/consents").raise_for_status()
        assert 'name="erase" value="on"' in page(home)
        erased = ask(home, "DELETE", "/images/consents", params={"erase": "true"})
        assert erased.json() == {"camera_id": None, "erased": 1}
        assert 'name="erase"' not in page(home)
        assert ask(home, "GET", f"/images/{image.id}").status_code == 404
