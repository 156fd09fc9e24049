"""The daily word, in the languages of its readers. Its alert carries the figures in `detail`."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from backend.alerts.channels.base import Alert
from backend.alerts.message.wording import DailyWords, Wording

USUAL = 0.3
"""A day that is further than this share from the usual one is more or less active."""


class DailyFigures(BaseModel):
    """What is said of a day up to a time: `up_at` is when somebody was first up, seconds since 1970
    (UTC). None is what is not known."""

    model_config = ConfigDict(frozen=True)

    up_at: float | None = None
    active_share: float | None = None
    """Of what is usual by this time of the day."""
    night_stirs: int | None = None
    watched_share: float | None = None


def write_daily_word(
    alert: Alert, zone: ZoneInfo, words: Wording, limit: int, household: str | None
) -> str:
    """For a reader of several households it begins with the name of `household`.

    Raises ValueError for an alert without figures.
    """
    said = DailyFigures.model_validate_json(alert.detail or "")
    daily, at = words.daily_word, datetime.fromtimestamp(alert.ended_at, zone)
    day = daily.day.format(year=at.year, month=at.month, day=at.day)
    head = daily.head.format(day=day)
    lines = [words.of_household.format(household=household, place=head) if household else head]
    if said.watched_share is None:
        lines.append(daily.unwatched)
    else:
        watched = daily.watched.format(percent=round(100 * said.watched_share))
        lines += [_up(said, zone, words), _active(said, daily), _night(said, daily), watched]
    return "\n".join(line for line in lines if line)[:limit]


def _up(said: DailyFigures, zone: ZoneInfo, words: Wording) -> str:
    if said.up_at is None:
        return words.daily_word.not_up
    at = datetime.fromtimestamp(said.up_at, zone)
    half = words.halves[at.hour // 12]
    return words.daily_word.up.format(
        half=half, hour=at.hour, hour12=at.hour % 12 or 12, minute=at.minute
    )


def _active(said: DailyFigures, daily: DailyWords) -> str:
    if said.active_share is None:
        return daily.active_unknown
    if abs(said.active_share - 1.0) <= USUAL:
        return daily.active_as_usual
    percent = min(999, round(100 * said.active_share))
    text = daily.active_more if said.active_share > 1.0 else daily.active_less
    return text.format(percent=percent)


def _night(said: DailyFigures, daily: DailyWords) -> str:
    if said.night_stirs is None:
        return ""
    return daily.night.format(count=said.night_stirs) if said.night_stirs else daily.night_calm
