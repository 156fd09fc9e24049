"""What each person has used today, within what one may use in a day."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from backend.access.keys import Caller
from backend.assistant.errors import ChatLimitReached
from backend.assistant.settings import ChatSettings
from backend.assistant.tables import chat_usage
from backend.assistant.words import Words
from backend.storage.database import Database
from contract.assistant import ChatUsage, TokenUsage


class UsageMeter:
    """Thread-safe; asks the database. A day is the household's, by `zone`."""

    def __init__(
        self,
        database: Database,
        limits: ChatSettings,
        zone: Callable[[int], ZoneInfo],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._limits, self._zone = database, limits, zone
        self._clock = clock

    def today(self, caller: Caller) -> date:
        """The household's."""
        return self._now(caller).date()

    def of(self, caller: Caller) -> ChatUsage:
        """What the caller has used today."""
        day = self.today(caller)
        with self._database.reading() as db:
            messages, used = _used(db, caller, day)
        return ChatUsage(
            day=day,
            messages=messages,
            messages_a_day=self._limits.chat_messages_a_day,
            token_usage=used,
            tokens_a_day=self._limits.chat_tokens_a_day,
        )

    def take_message(self, caller: Caller, words: Words) -> int:
        """Count a message; how many tokens are left for it. Raises ChatLimitReached."""
        day, limits = self.today(caller), self._limits
        with self._database.writing() as db:
            messages, used = _used(db, caller, day)
            _set(db, caller, day, min(messages + 1, limits.chat_messages_a_day), used)
        if messages >= limits.chat_messages_a_day:
            said = words.too_many_messages.format(limit=limits.chat_messages_a_day)
            raise ChatLimitReached(said, self._until_midnight(caller))
        left = limits.chat_tokens_a_day - used.input_tokens - used.output_tokens
        if left <= 0:
            raise self.out_of_tokens(caller, words)
        return left

    def note(self, caller: Caller, usage: TokenUsage) -> None:
        """The caller has used so much more."""
        day = self.today(caller)
        with self._database.writing() as db:
            messages, used = _used(db, caller, day)
            more = TokenUsage(
                input_tokens=used.input_tokens + usage.input_tokens,
                output_tokens=used.output_tokens + usage.output_tokens,
            )
            _set(db, caller, day, messages, more)

    def out_of_tokens(self, caller: Caller, words: Words) -> ChatLimitReached:
        """What is said once there are no tokens left."""
        said = words.too_many_tokens.format(limit=self._limits.chat_tokens_a_day)
        return ChatLimitReached(said, self._until_midnight(caller))

    def _now(self, caller: Caller) -> datetime:
        return datetime.fromtimestamp(self._clock(), self._zone(caller.household_id))

    def _until_midnight(self, caller: Caller) -> float:
        now = self._now(caller)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return midnight.timestamp() - now.timestamp()


def _key(caller: Caller, day: date) -> dict[str, object]:
    who = {"household_id": caller.household_id, "person_id": caller.person_id or 0}
    return who | {"day": day.isoformat()}


def _used(db: Connection, caller: Caller, day: date) -> tuple[int, TokenUsage]:
    row = db.execute(select(chat_usage).filter_by(**_key(caller, day))).first()
    if row is None:
        return 0, TokenUsage()
    used = TokenUsage(input_tokens=row.input_tokens, output_tokens=row.output_tokens)
    return row.messages, used


def _set(db: Connection, caller: Caller, day: date, messages: int, used: TokenUsage) -> None:
    values = {"messages": messages} | used.model_dump()
    changed = update(chat_usage).filter_by(**_key(caller, day)).values(values)
    if not db.execute(changed).rowcount:
        db.execute(insert(chat_usage).values(_key(caller, day) | values))
