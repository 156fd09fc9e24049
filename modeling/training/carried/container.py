"""Builds an image by what is installed: `container BUILDER TAG FOLDER`."""

import subprocess
import sys

from common.text import one_line
from modeling.perception.carried.talk import Talk

MAX_LINE = 500


def build(talk: Talk, builder: str, tag: str, folder: str) -> None:
    """Build what the Dockerfile in `folder` says, as `tag`; each line of the builder is said."""
    talk.progress("building the image", 0, 1)
    command = [builder, "build", "--tag", tag, folder]
    last = "it says nothing"
    with subprocess.Popen(  # noqa: S603 (no shell; a builder that the server has found)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            if said := one_line(line, MAX_LINE):
                talk.said(last := said)
    if process.returncode:
        sys.exit(f"{builder} ends with {process.returncode}: {last}")
    talk.progress("building the image", 1, 1)
    talk.finished({"image": tag, "builder": builder})


if __name__ == "__main__":
    build(Talk.begin(), *sys.argv[1:])
