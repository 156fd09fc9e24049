"""A test alert: whether what is told would arrive, channel by channel."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from backend.alerts.channel import Channel, ChannelError, Memo

TEST_MEMO = Memo(
    "돌봄 시험 알림\n실제 상황이 아닙니다. 소리가 났다면 밤에도 깨울 수 있습니다.",
    english="Dolbom test alert\nNothing has happened. What rang now will ring at night.",
)


def try_all(channels: Sequence[Channel]) -> dict[str, str | None]:
    """Send TEST_MEMO through all `channels` at once, past their queues.

    By the channel's name: why it was not taken, in one line; None where it was.
    """
    with ThreadPoolExecutor(max_workers=max(1, len(channels))) as threads:
        reasons = list(threads.map(_try, channels))
    return {channel.name: reason for channel, reason in zip(channels, reasons, strict=True)}


def _try(channel: Channel) -> str | None:
    try:
        channel.send(TEST_MEMO)
    except ChannelError as error:
        return error.reason
    return None
