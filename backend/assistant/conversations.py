"""What was said before, for who has said it: begun, gone on with, shown and erased."""

import secrets
from dataclasses import dataclass

from backend.access.keys import Caller
from backend.assistant import store
from backend.assistant.errors import AnotherTable, ConversationOver, UnknownConversation
from backend.assistant.store import Exchange
from backend.storage.database import Database
from contract.assistant import ChatAsked, ConversationShown

MAX_TURNS = 40
"""Of one conversation, of both sides together."""
TITLE_LENGTH = 60


@dataclass
class Conversations:
    """Thread-safe; its methods ask the database."""

    database: Database
    _forgotten: int = 0

    @property
    def forgotten(self) -> int:
        """How often all was to be forgotten: what began before that is not kept any more."""
        return self._forgotten

    def listed(self, caller: Caller) -> list[ConversationShown]:
        """The caller's, without their turns, the newest first."""
        with self.database.reading() as db:
            return store.newest(db, caller)

    def find(self, caller: Caller, conversation_id: str) -> ConversationShown:
        """One of the caller's; raises UnknownConversation."""
        with self.database.reading() as db:
            found = store.find(db, caller, conversation_id)
        if found is None:
            raise UnknownConversation("no such conversation: leave conversation_id out to begin")
        return found

    def opened(self, caller: Caller, asked: ChatAsked, now: float) -> ConversationShown:
        """The one that a message goes on with, or a new one, which is kept with its first answer.

        Raises UnknownConversation, ConversationOver and AnotherTable.
        """
        if asked.conversation_id is None:
            title = " ".join(asked.message.split())[:TITLE_LENGTH]
            new = secrets.token_urlsafe(16)
            return ConversationShown(
                id=new, title=title, table=asked.table, began_at=now, last_at=now
            )
        found = self.find(caller, asked.conversation_id)
        if len(found.turns) >= MAX_TURNS:
            raise ConversationOver(f"expected at most {MAX_TURNS} turns: begin another one")
        if asked.table is not None and asked.table != found.table:
            raise AnotherTable("expected a new conversation for another table")
        return found

    def keep(
        self, caller: Caller, conversation: ConversationShown, exchange: Exchange, since: int
    ) -> None:
        """Keep what was said.

        Unless all was `forgotten` in the meantime, after `since`, or the caller was removed.
        """
        with self.database.writing() as db:
            if self._forgotten != since or store.is_removed(db, caller):
                return
            if not conversation.turns:
                store.begin(db, caller, conversation)
            elif store.find(db, caller, conversation.id) is None:
                return  # it was erased while the answer came about
            store.add(db, conversation.id, exchange)
        self.database.is_durable()

    def erase(self, caller: Caller, conversation_id: str) -> None:
        """Erase one of the caller's; raises UnknownConversation."""
        with self.database.writing() as db:
            erased = store.erase_of(db, caller, conversation_id)
        if not erased:
            raise UnknownConversation("no such conversation")
        self._settle()

    def erase_all(self, caller: Caller) -> int:
        """Erase all of the caller's; how many."""
        with self.database.writing() as db:
            erased = store.erase_of(db, caller)
        self._settle()
        return erased

    def erase_of_the_removed(self) -> None:
        """Erase those of people who belong to the household no more."""
        with self.database.writing() as db:
            erased = store.erase_of_the_removed(db)
        if erased:
            self._settle()

    def count_about(self, household_id: int, since: float, until: float) -> int:
        """How many `erase_about` would take."""
        with self.database.reading() as db:
            return store.count_about(db, household_id, since, until)

    def erase_about(self, household_id: int, since: float, until: float) -> int:
        """Erase those with an answer about this time, in seconds since 1970; how many.

        One whose answer comes about now is not kept.
        """
        with self.database.writing() as db:
            self._forgotten += 1
            erased = store.erase_about(db, household_id, since, until)
        self._settle()
        return erased

    def _settle(self) -> None:
        self.database.forget_deleted()
        self.database.is_durable()
