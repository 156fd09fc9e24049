"""A server that hands out signed packages of models, and lies as a test wants it to."""

import base64
import hashlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.deployments import EdgePackage, PackageFile, SignedPackage, canonical
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME, load_manifest

RECIPE = "fall-lstm"


def file_of(path: Path) -> PackageFile:
    """What a package says of the file."""
    content = path.read_bytes()
    return PackageFile(sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def package_of(folder: Path, version_id: str, sequence: int, recipe: str = RECIPE) -> EdgePackage:
    """A package of the checkpoint in `folder`."""
    return EdgePackage(
        recipe=recipe,
        version_id=version_id,
        version=load_manifest(folder).version,
        files={name: file_of(folder / name) for name in (MANIFEST_NAME, ONNX_NAME)},
        made_at=1.8e9,
        sequence=sequence,
    )


@dataclass
class PackageSigner:
    """Signs as the server does."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> str:
        """In base64."""
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def sign(self, package: EdgePackage) -> SignedPackage:
        """The package with its signature."""
        signature = base64.b64encode(self.key.sign(canonical(package))).decode()
        return SignedPackage(package=package, signature=signature, key=self.public)


class EdgeServer:
    """Answers `answer` to who asks for a package, and `files` by their SHA-256.

    `asked` are the paths that were asked for, in their order.
    """

    def __init__(self) -> None:
        self.answer = b""
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def offer(self, signed: SignedPackage, folder: Path) -> None:
        """Offer this package with the files of `folder`."""
        self.answer = signed.model_dump_json().encode()
        for name, file in signed.package.files.items():
            self.files[file.sha256] = (folder / name).read_bytes()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        edge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                edge.asked.append(self.path)
                etag = f'"{hashlib.sha256(edge.answer).hexdigest()}"'
                if self.path.endswith(f"/edge/{RECIPE}"):
                    is_known = self.headers.get("If-None-Match") == etag
                    self._say(304 if is_known else 200, b"" if is_known else edge.answer, etag)
                elif (content := edge.files.get(self.path.rpartition("/")[2])) is not None:
                    self._say(200, content, etag)
                else:
                    self._say(404, b"{}", etag)

            def _say(self, status: int, body: bytes, etag: str) -> None:
                self.send_response(status)
                self.send_header("ETag", etag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
