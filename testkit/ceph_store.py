"""An S3 store that somebody else wrote: Ceph's RADOS gateway, on a disk in memory.

Debian's `ceph-mon`, `ceph-osd`, `ceph-common` and `radosgw` have it.
"""

import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from testkit.certificates import write_certificate
from testkit.processes import Part, free_port, wait_ready

PROGRAMS = ("ceph-mon", "ceph-osd", "ceph", "ceph-authtool", "monmaptool", "radosgw")
REGION, ACCESS_KEY, SECRET_KEY = "default", "GK0123456789", "secret-of-the-store"
CAPS = {
    "mon.": ("mon",),
    "client.admin": ("mon", "osd", "mgr"),
    "osd.0": ("mon", "osd"),
}
"""Who may do all of what."""
CONF = """\
[global]
fsid = {fsid}
mon_host = v2:127.0.0.1:{mon_port}
run_dir = {folder}
log_file = {folder}/$name.log
mon_cluster_log_file = {folder}/cluster.log
admin_socket = {folder}/$name.asok
keyring = {folder}/keyring
mon_data = {folder}/mon
osd_data = {folder}/osd
rgw_data = {folder}/rgw
ms_bind_ipv6 = false
public_addr = 127.0.0.1
mon_allow_pool_size_one = true
osd_pool_default_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
rgw_frontends = beast endpoint=127.0.0.1:{port} ssl_endpoint=127.0.0.1:{tls_port} \
ssl_certificate={folder}/store.pem
"""


def lacks() -> str | None:
    """Why it cannot be started, None where it can."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"{', '.join(missing)} of Ceph not installed" if missing else None


@dataclass
class CephStore:
    """Listens without and with TLS, for one user; all of it is in `folder`."""

    folder: Path
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    mon_port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it answers without TLS."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        """Where it answers with TLS, by `certificate`."""
        return f"https://127.0.0.1:{self.tls_port}"

    @property
    def certificate(self) -> Path:
        """Signs itself; its key is in the same file."""
        return self.folder / "store.pem"

    @contextmanager
    def running(self) -> Iterator["CephStore"]:
        """While the context lasts."""
        self._lay_out()
        with ExitStack() as stack:
            stack.callback(self._begin("ceph-mon", "-i", "a").stop)
            disk = str(uuid.uuid4())
            self._run("ceph", "osd", "new", disk)
            self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
            stack.callback(self._begin("ceph-osd", "-i", "0").stop)
            gateway = self._begin("radosgw", "-n", "client.admin")
            stack.callback(gateway.stop)
            wait_ready(gateway, self.url)
            self._run(
                "radosgw-admin", "user", "create", "--uid=dolbom", "--display-name=dolbom",
                f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}",
            )  # fmt: skip
            yield self

    def _lay_out(self) -> None:
        for name in ("mon", "osd", "rgw"):
            (self.folder / name).mkdir()
        write_certificate(self.certificate)
        fsid = str(uuid.uuid4())
        conf = CONF.format(fsid=fsid, **{
            name: getattr(self, name) for name in ("folder", "port", "tls_port", "mon_port")
        })  # fmt: skip
        (self.folder / "ceph.conf").write_text(conf, encoding="utf-8")
        self._run("ceph-authtool", "--create-keyring", "keyring")
        for name, rooms in CAPS.items():
            caps = [word for room in rooms for word in ("--cap", room, "allow *")]
            self._run("ceph-authtool", "keyring", "--gen-key", "-n", name, *caps)
        place = f"[v2:127.0.0.1:{self.mon_port}]"
        self._run("monmaptool", "--create", "--addv", "a", place, "--fsid", fsid, "monmap")
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap", "--keyring", "keyring")

    def _begin(self, program: str, *options: str) -> Part:
        log = self.folder / f"{program}.out"
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 (a test's own)
                self._command(program, *options, "-f"),
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return Part(program, process, log)

    def _run(self, program: str, *options: str) -> None:
        command = self._command(program, *options)
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")

    def _command(self, program: str, *options: str) -> list[str]:
        return [program, "-c", str(self.folder / "ceph.conf"), *options]
