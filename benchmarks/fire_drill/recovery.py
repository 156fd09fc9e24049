"""Steps 9 and 10: a backup, and another server of what was restored."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx

from benchmarks.fire_drill.home import Home, run
from benchmarks.fire_drill.opening import second_server
from benchmarks.fire_drill.pictures import bring, jpeg
from benchmarks.fire_drill.seen import Seen, quiet

DRILL = Path(__file__).resolve().parents[2] / "docs" / "fire-drill.md"
SERVER = re.compile(r"^sudo -u dolbom env (.*)/run-backend ", re.MULTILINE)


def back_up(home: Home) -> Iterator[Seen]:
    """9: a backup beside the running server, with a picture in it."""
    bring(home.mina, jpeg()).raise_for_status()
    began = time.monotonic()
    settings = home.folder / "backend.env"
    settings.write_text("".join(f"{name}={value}\n" for name, value in home.settings.items()))
    status, said = home.run("run-backup", str(home.backups), "--settings", str(settings))
    today = time.strftime("%Y-%m-%d", time.gmtime())
    is_there = any(home.backups.glob(f"{today}*.json"))
    took = time.monotonic() - began
    yield Seen("it ends with 0, and today's is there", said, took, status == 0 and is_there)


def restore(home: Home) -> Iterator[Seen]:
    """10: the newest backup in another folder."""
    since, began = time.time(), time.monotonic()
    outside = {name: home.settings[name] for name in ("PATH", "NTFY_URL")}
    settings = documented_settings() | outside | {"DATA_DIR": str(home.folder / "drill")}
    ended, said = run("run-restore", str(home.backups), folder=home.folder, environment=settings)
    yield Seen("it is restored", said.splitlines()[0], time.monotonic() - began, ended == 0)
    with second_server(home.folder / "second", settings) as mina:
        took = time.monotonic() - began
        yield Seen("people can log in", "Mina does", took, is_right=True)
        yield _same_incidents(home, mina)
        yield _same_picture(home, mina)
        status = mina.get("/health").json()["status"]
        yield Seen("`/health` answers", status, 0.0, status in ("ok", "degraded"))
        yield quiet("it notifies nobody", home.calm_sec, lambda: home.any_rang(since))


def documented_settings() -> dict[str, str]:
    """Those with which docs/fire-drill.md starts the second server."""
    (options,) = SERVER.findall(DRILL.read_text(encoding="utf-8"))
    return dict(re.findall(r"\b([A-Z_]+)=(\S+)", options))


def _same_incidents(home: Home, mina: httpx.Client) -> Seen:
    here = {it["id"] for it in home.incidents()}
    there = {it["id"] for it in mina.get("/incidents").raise_for_status().json()}
    came = f"{len(here & there)} of {len(here)}"
    return Seen("the incidents of this drill are there", came, 0.0, here == there)


def _same_picture(home: Home, mina: httpx.Client) -> Seen:
    newest = home.mina.get("/images").raise_for_status().json()[0]["id"]
    shown = mina.get(f"/images/{newest}/original")
    is_same = shown.is_success and shown.content == jpeg()
    return Seen("pictures are shown", str(shown.status_code), 0.0, is_same)
