"""Data sets over HTTP: a server that is killed on the way, links, and a worker elsewhere."""

import socket
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.datasets.blob_cache import BlobCache
from backend.datasets.errors import WrongContent
from backend.datasets.service import DatasetService
from backend.storage.blobs import Blobs
from backend.storage.errors import BlobUnavailable
from backend.storage.shared_file import SharedFile
from contract.datasets import DatasetVersion
from testkit import dataset_zips as good
from testkit.dataset_zips import zipped
from testkit.whole_server import WholeServer

Json = dict[str, Any]

PIECE = 64 * 1024
WAIT_SEC = 60.0
MANY = {f"lying/{n}.png": good.picture(n) for n in range(2000)}
SOME = good.folders(120)


class Home:
    """A server, and who uploads to it."""

    def __init__(self, folder: Path) -> None:
        self.server = WholeServer(folder)
        self.server.start()

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        url = self.server.url + path
        return httpx.request(method, url, trust_env=False, timeout=30.0, **options)

    def begin(self, content: bytes, kind: str = "pictures") -> str:
        wanted = {"name": "모음", "kind": kind, "size": len(content)}
        upload_id: str = self.ask("POST", "/datasets", json=wanted).raise_for_status().json()["id"]
        return upload_id

    def offset(self, upload_id: str) -> int:
        answer = self.ask("HEAD", f"/datasets/uploads/{upload_id}").raise_for_status()
        return int(answer.headers["Upload-Offset"])

    def send(self, upload_id: str, content: bytes, offset: int) -> httpx.Response:
        headers = {"Upload-Offset": str(offset)}
        path = f"/datasets/uploads/{upload_id}"
        return self.ask("PATCH", path, content=content, headers=headers)

    def send_rest(self, upload_id: str, content: bytes) -> None:
        """In pieces, from where it is."""
        while (offset := self.offset(upload_id)) < len(content):
            self.send(upload_id, content[offset : offset + PIECE], offset).raise_for_status()

    def break_off(self, upload_id: str, content: bytes, offset: int, length: int) -> None:
        """Send so much of the rest, and say no more; the connection stays open."""
        head = (
            f"PATCH /datasets/uploads/{upload_id} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Upload-Offset: {offset}\r\nContent-Length: {len(content) - offset}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
            connection.sendall(head.encode() + content[offset : offset + length])

    def ended(self, upload_id: str) -> Json:
        give_up_at = time.monotonic() + WAIT_SEC
        while time.monotonic() < give_up_at:
            upload: Json = self.ask("GET", f"/datasets/uploads/{upload_id}").json()
            if upload["finished_at"] is not None:
                return upload
            time.sleep(0.02)
        raise TimeoutError(upload)

    def upload(self, content: bytes, kind: str = "pictures") -> Json:
        """The data set that is made of it."""
        upload_id = self.begin(content, kind)
        self.send_rest(upload_id, content)
        upload = self.ended(upload_id)
        assert upload["failure"] is None
        return self.dataset(upload)

    def dataset(self, upload: Json) -> Json:
        """The one that an upload has made."""
        all_of_them: list[Json] = self.ask("GET", "/datasets").json()
        made = (it for it in all_of_them if it["versions"][0]["id"] == upload["version_id"])
        return next(made)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("datasets"))
    yield home
    home.server.kill()


def test_a_server_that_is_killed_on_the_way_makes_one_version(home: Home) -> None:
    content = zipped(MANY)
    upload_id = home.begin(content)
    for share in (0.1, 0.6, 0.95):
        offset = home.offset(upload_id)
        sent = int(len(content) * share)
        home.send(upload_id, content[offset:sent], offset).raise_for_status()
        home.break_off(upload_id, content, sent, 1000)
        home.server.kill()
        home.server.start()
        assert sent <= home.offset(upload_id) <= sent + 1000
    home.send_rest(upload_id, content)
    for delay in (0.1, 0.4):
        time.sleep(delay)  # while it is unpacked, or a little later
        home.server.kill()
        home.server.start()
    upload = home.ended(upload_id)
    assert upload["failure"] is None
    (version,) = home.dataset(upload)["versions"]
    assert (version["files"], version["version"]) == (len(MANY), 1)
    data_dir = home.server.data_dir
    assert not list((data_dir / "blobs" / "staged").iterdir())
    of_versions = [version["files"] for version in home.ask("GET", "/versions").json()]
    shipped = {digest for files in of_versions for digest in files.values()}
    kept = set(Blobs(data_dir / "blobs").digests()) - shipped
    assert kept == {sha256(it).hexdigest() for it in MANY.values()} | {version["manifest"]}


def test_a_broken_connection_keeps_what_has_come(home: Home) -> None:
    content = zipped(MANY)
    upload_id = home.begin(content)
    home.break_off(upload_id, content, 0, 100_000)
    give_up_at = time.monotonic() + WAIT_SEC
    while home.offset(upload_id) == 0 and time.monotonic() < give_up_at:
        time.sleep(0.02)
    assert home.offset(upload_id) == 100_000
    home.send_rest(upload_id, content)
    assert home.ended(upload_id)["failure"] is None


def test_wrong_pieces_are_refused(home: Home) -> None:
    content = zipped(good.folders())
    upload_id = home.begin(content)
    assert home.send(upload_id, content, 5).json()["code"] == "wrong_offset"
    assert home.send(upload_id, content + b"x", 0).status_code == 413
    assert home.send("nobody", content, 0).status_code == 404
    path = f"/datasets/uploads/{upload_id}"
    assert home.ask("PATCH", path, content=content).status_code == 422
    packed = {"Upload-Offset": "0", "Content-Encoding": "gzip"}
    assert home.ask("PATCH", path, content=content, headers=packed).status_code == 415
    assert home.ask("DELETE", path).json() == {"success": True}
    assert home.send(upload_id, content, 0).json()["code"] == "upload_over"
    for wrong in ({"size": 0}, {"size": 2**31 + 1}, {"kind": "music"}, {"name": None}):
        wanted = {"name": "a", "kind": "pictures", "size": 9} | wrong
        assert home.ask("POST", "/datasets", json=wanted).status_code == 422


def test_a_data_set_is_shown_shared_and_deleted(home: Home) -> None:
    found = home.upload(zipped(good.folders()))
    path = f"/datasets/{found['id']}"
    assert home.ask("GET", path).json() == found
    version = home.ask("GET", f"{path}/versions/1").json()
    assert version == found["versions"][0]
    assert home.ask("GET", f"{path}/versions/2").status_code == 404
    part = home.ask("POST", f"{path}/versions/1/subset", json={"labels": ["lying"]}).json()
    assert (part["version"], part["summary"]) == (2, {"lying": 2})
    shared = home.ask("POST", f"{path}/share", json={"version": 1}).json()
    assert shared["expires_at"] == pytest.approx(time.time() + 7 * 86_400, abs=60)
    answer = httpx.get(shared["address"], trust_env=False)
    assert answer.headers["content-type"] == "application/zip"
    again = home.begin(answer.content)
    home.send_rest(again, answer.content)
    assert home.ended(again)["failure"] is None
    done = [it["action"] for it in home.ask("GET", "/audit").json()][:2]
    assert done == ["downloaded_dataset", "shared_dataset"]
    assert home.ask("DELETE", path).json() == {"success": True}
    assert home.ask("GET", path).status_code == 404
    assert httpx.get(shared["address"], trust_env=False).json()["code"] == "unknown_share"
    log = (home.server.folder / "server.log").read_text(encoding="utf-8")
    assert shared["address"].rpartition("/")[2] not in log


def test_a_worker_elsewhere_gets_the_files_and_checks_them(home: Home, tmp_path: Path) -> None:
    version = DatasetVersion.model_validate(home.upload(zipped(SOME))["versions"][0])
    most = version.bytes // 2 + 40_000  # the manifest is longer than the files
    cache = BlobCache(tmp_path / "cache", home.server.url, None, most)
    database = SharedFile(home.server.data_dir / "jobs" / "factory.sqlite3")
    worker = DatasetService(database, cache)
    folder = tmp_path / "fetched"
    worker.fetch(version, folder)
    assert {path: (folder / path).read_bytes() for path in SOME} == SOME
    kept = list((tmp_path / "cache").iterdir())
    assert 0 < sum(path.stat().st_size for path in kept) <= most
    (file, *_) = worker.manifest(version).files
    damaged = tmp_path / "cache" / file.sha256
    damaged.unlink(missing_ok=True)
    damaged.write_bytes(b"damaged on the way")
    worker.fetch(version, folder)
    assert (folder / file.path).read_bytes() == SOME[file.path]
    damaged.unlink()
    place = home.server.data_dir / "blobs" / file.sha256[:2] / file.sha256
    place.chmod(0o600)
    place.write_bytes(b"damaged there")
    with pytest.raises(WrongContent, match=file.path):
        worker.fetch(version, tmp_path / "again")
    place.write_bytes(SOME[file.path])
    cache.close()
    database.close()


def test_what_a_worker_elsewhere_keeps_is_kept_by_the_server(home: Home, tmp_path: Path) -> None:
    cache = BlobCache(tmp_path / "cache", home.server.url, None, 10**6)
    digest = cache.keep([b"weights", b" of a network"])
    blobs = Blobs(home.server.data_dir / "blobs")
    assert blobs.path(digest).read_bytes() == b"weights of a network"
    assert cache.path(digest).read_bytes() == b"weights of a network"
    assert cache.keep_bytes(b"weights of a network") == digest
    cache.close()


@pytest.mark.parametrize("sha256", ["0" * 64, "0" * 63, "..%2f" * 12])
def test_a_file_that_is_not_what_its_digest_says_is_refused(home: Home, sha256: str) -> None:
    answer = home.ask("PUT", f"/datasets/blobs/{sha256}", content=b"something else")
    assert answer.status_code in (404, 422)
    assert not Blobs(home.server.data_dir / "blobs").has("0" * 64)
    assert not list((home.server.data_dir / "blobs").glob("*.partial"))


def test_a_worker_whose_server_is_away_says_so(tmp_path: Path) -> None:
    cache = BlobCache(tmp_path / "cache", "http://127.0.0.1:9", None, 10**6)
    with pytest.raises(BlobUnavailable, match="cannot be got"):
        cache.path("0" * 64)
    with pytest.raises(BlobUnavailable, match="cannot be given"):
        cache.keep_bytes(b"weights")
    cache.close()


def test_a_table_is_described_and_shown(home: Home) -> None:
    found = home.upload("이름;혈압;=1+1\n김<b>;1,5;예\n박;-;아니오\n".encode("cp949"), "table")
    path = f"/datasets/{found['id']}"
    table = home.ask("GET", f"{path}/versions/1/table").raise_for_status().json()
    assert table["description"]["csv"]["encoding"] == "cp949"
    assert [it["kind"] for it in table["first"]["columns"]] == ["text", "number", "yes_no"]
    assert table["first"]["rows"] == [["김<b>", 1.5, True], ["박", None, False]]
    page = home.ask("GET", path, headers={"Accept": "text/html"}).raise_for_status().text
    assert "김&lt;b&gt;" in page
    assert "=1+1" in page
    pictures = home.upload(zipped(good.folders()))
    answer = home.ask("GET", f"/datasets/{pictures['id']}/versions/1/table")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_table")
