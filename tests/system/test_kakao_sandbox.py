"""`run-kakao-sandbox` as a process."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx

COMMAND = [str(Path(sys.executable).with_name("run-kakao-sandbox"))]


def test_process_accepts_the_tokens_that_it_was_given() -> None:
    arguments = ["--port", "0", "--access-token", "a-token"]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        template = {"object_type": "text", "text": "hi", "link": {}}
        answer = httpx.post(
            f"{url}/v2/api/talk/memo/default/send",
            data={"template_object": json.dumps(template)},
            headers={"Authorization": "Bearer a-token"},
        )
        process.terminate()
    assert answer.json() == {"result_code": 0}


def test_port_that_is_taken_is_one_plain_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--port", port], capture_output=True, text=True, check=False, timeout=30
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"cannot listen on 127.0.0.1 port {port}: Address already in use")
    assert done.stderr.count("\n") == 1
