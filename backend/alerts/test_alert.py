"""A test alert: whether a fall would arrive, channel by channel."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from zoneinfo import ZoneInfo

from backend.access.keys import NO_HOUSEHOLD
from backend.alerts.channels.base import Alert, Channel, ChannelError, Memo
from backend.alerts.message.render import render
from backend.alerts.recipients import Envelope
from contract.events import FALL
from contract.language import Language

TEST_CAMERA = "시험 <->*a_b* [x](y) &amp;"
"""What the names of real cameras may hold: each of it means something to some service."""


def trial_memo(now: float, zone: ZoneInfo, language: Language | None = None) -> Memo:
    """What a fall at `now` (seconds since 1970, UTC) would send, marked in its first line.

    Without a `language` it is written in all.
    """
    about = FALL, TEST_CAMERA, now, NO_HOUSEHOLD
    fall = Alert("test", "test", "test", *about, duration_sec=2.0, seen="lying")
    memo = render(replace(fall, test=True), zone, envelope=Envelope(language))
    return replace(memo, incident=None)


def try_all(channels: Sequence[Channel], memo: Memo) -> dict[str, str | None]:
    """Send `memo` through all `channels` at once, past their queues.

    By the channel's name: why it was not taken, in one line; None where it was.
    """
    with ThreadPoolExecutor(max_workers=max(1, len(channels))) as threads:
        reasons = list(threads.map(lambda channel: _try(channel, memo), channels))
    return {channel.name: reason for channel, reason in zip(channels, reasons, strict=True)}


def _try(channel: Channel, memo: Memo) -> str | None:
    try:
        channel.send(memo)
    except ChannelError as error:
        return error.reason
    return None
