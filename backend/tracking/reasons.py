"""Why a tracker is missing, in one line that tells no secret."""

import os
import re

LONGEST = 200
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW")
USER_OF_URL = re.compile(r"://[^/@\s]*@")


def reason_of(error: Exception) -> str:
    """The first line of what it says, without passwords and keys of the environment."""
    said = str(error).strip().partition("\n")[0]
    line = f"{type(error).__name__}: {said}" if said else type(error).__name__
    for name, value in os.environ.items():
        if SECRET.search(name) and value:
            line = line.replace(value, "***")
    return USER_OF_URL.sub("://***@", line)[:LONGEST]
