"""`python -m backend.commands.health URL`: whether a server answers, for a container that asks.

It loads nothing of the rest, since it is asked every half minute. A server that is degraded
answers as well: to start it again would mend nothing, and would stop the alerts meanwhile.
"""

import sys
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

PATIENCE_SEC = 4.0


def trouble(url: str) -> str | None:
    """Why nobody answers at `url`, in one line; None where somebody does."""
    try:
        # Of the environment no proxy is taken: the server is in the same container.
        with build_opener(ProxyHandler({})).open(url, timeout=PATIENCE_SEC):
            return None
    except (OSError, HTTPException, ValueError) as error:
        return f"no answer at {url}: {error}"


def main() -> None:
    """End with status 0 where the server answers, else with 1 and why it does not."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m backend.commands.health URL")
    sys.exit(trouble(sys.argv[1]))


if __name__ == "__main__":
    main()
