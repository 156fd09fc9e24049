"""nginx before several servers: a client's key says which one it stays at while that answers."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from testkit.processes import free_port, wait_until_listening

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
"""None where it is not installed."""
STOP_SEC = 10.0
CONFIGURATION = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_buffer_size 512k;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000;
  upstream servers {{
    hash $http_authorization consistent;
{servers}
    keepalive 128;
    keepalive_timeout 5s;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://servers;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_connect_timeout 1s;
      proxy_read_timeout 12s;
      # Whatever is sent twice is known by its id. A 503 is of one request: with max_fails=0 a
      # server that cannot record a fall now is asked for all the rest, and for the fall again.
      proxy_next_upstream error timeout http_503 non_idempotent;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Balancer:
    """nginx that runs."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where clients ask."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def balancing(folder: Path, ports: Sequence[int]) -> Iterator[Balancer]:
    """One before the servers at these ports; what it writes lies in `folder`."""
    folder.mkdir()
    port = free_port()
    path = folder / "nginx.conf"
    servers = "\n".join(f"    server 127.0.0.1:{it} max_fails=0;" for it in ports)
    path.write_text(CONFIGURATION.format(folder=folder, port=port, servers=servers))
    process = subprocess.Popen([str(PROGRAM), "-p", str(folder), "-c", str(path)])  # noqa: S603
    try:
        wait_until_listening(port)
        yield Balancer(port, process)
    finally:
        process.terminate()
        process.wait(STOP_SEC)
