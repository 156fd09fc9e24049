"""Times as a page writes them, in the household's local time."""

from datetime import date, datetime, time
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from backend.alerts.message.wording import WORDS
from contract.language import Language

MINUTE, HOUR, DAY = 60, 3600, 86_400


class Moments:
    """The times of one page: `now` is seconds since 1970, `zone` the household's."""

    def __init__(
        self, language: Language, texts: NullTranslations, zone: ZoneInfo, now: float
    ) -> None:
        self._words, self._texts = WORDS[language], texts
        self.zone, self.now = zone, now

    def iso(self, at: float) -> str:
        """For the `datetime` of a `<time>`."""
        return self._local(at).isoformat(timespec="seconds")

    def clock(self, at: float) -> str:
        """The time of day, without seconds."""
        local = self._local(at)
        return self._said("{hour:02}:{minute:02}", local)

    def exact(self, at: float) -> str:
        """The time of day with seconds."""
        return self._said("{hour:02}:{minute:02}:{second:02}", self._local(at))

    def day(self, at: float) -> str:
        """Today, yesterday, or the date, with its year if that is another one."""
        return self.of_day(self._local(at).date())

    def of_day(self, day: date) -> str:
        """Today, yesterday, or the date."""
        today = self._local(self.now).date()
        days = (today - day).days
        if days in (0, 1):
            return self._text("Today") if days == 0 else self._text("Yesterday")
        noon = datetime.combine(day, time(12), self.zone)
        if day.year == today.year:
            return self._said("{weekday}, {month_name} {day}", noon)
        return self._said("{weekday}, {month_name} {day}, {year}", noon)

    def short_date(self, day: date) -> str:
        """The month and the day only."""
        return self._said("{month_name} {day}", datetime.combine(day, time(12), self.zone))

    def moment(self, at: float) -> str:
        """Day and time of day."""
        return self._text("{day}, {time}").format(day=self.day(at), time=self.clock(at))

    def ago(self, at: float) -> str:
        """How long ago in the largest unit that fits; beyond a day the moment itself."""
        seconds = self.now - at
        if seconds < MINUTE:
            return self._text("just now")
        if seconds < HOUR:
            return self._count("{n} minute ago", "{n} minutes ago", seconds // MINUTE)
        if seconds < DAY:
            return self._count("{n} hour ago", "{n} hours ago", seconds // HOUR)
        return self.moment(at)

    def lasting(self, seconds: float) -> str:
        """For how long, as short as it can be said."""
        if seconds < MINUTE:
            return self._text("{n} s").format(n=round(seconds))
        minutes, rest = divmod(round(seconds), MINUTE)
        if minutes < MINUTE:
            text = self._text("{minutes} min {seconds} s") if rest else self._text("{minutes} min")
            return text.format(minutes=minutes, seconds=rest)
        hours, minutes = divmod(minutes, MINUTE)
        text = self._text("{hours} h {minutes} min") if minutes else self._text("{hours} h")
        return text.format(hours=hours, minutes=minutes)

    def _month(self, at: datetime) -> str:
        return self._text("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[at.month - 1]

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, self.zone)

    def _text(self, text: str) -> str:
        return self._texts.gettext(text)

    def _count(self, one: str, many: str, count: float) -> str:
        return self._texts.ngettext(one, many, int(count)).format(n=int(count))

    def _said(self, pattern: str, at: datetime) -> str:
        return self._text(pattern).format(
            year=at.year, month=at.month, month_name=self._month(at), day=at.day,
            weekday=self._words.weekdays[at.weekday()], half=self._words.halves[at.hour // 12],
            hour=at.hour, hour12=at.hour % 12 or 12, minute=at.minute, second=at.second,
        )  # fmt: skip
