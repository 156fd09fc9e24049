"""Turns of a conversation as a page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.web.asking.cards import Card, card_of
from backend.web.asking.pieces import Piece, pieces_of
from backend.web.asking.words import AnswerWords
from contract.assistant import ChatAnswer, Spoken, ToolCall


@dataclass(frozen=True)
class Call:
    """One call: its answer, or the `error` that says why there is none."""

    id: str
    card: Card | None
    error: str | None


@dataclass(frozen=True)
class Turn:
    """What a person or the assistant said. `tokens` are known of an answer that has just come."""

    is_person: bool
    pieces: tuple[Piece, ...]
    calls: tuple[Call, ...] = ()
    unproved: tuple[str, ...] = ()
    is_cached: bool = False
    tokens: int | None = None


@dataclass(frozen=True)
class TurnViews:
    """Makes them for one page; `titles` are those of the tools, by their names."""

    words: AnswerWords
    titles: Mapping[str, str]

    def kept(self, spoken: Spoken) -> Turn:
        """One that was kept."""
        pieces = self._pieces(spoken.text, spoken.tool_calls, spoken.unproved)
        calls = tuple(self._call(it) for it in spoken.tool_calls)
        return Turn(spoken.role == "person", pieces, calls, spoken.unproved)

    def new(self, answer: ChatAnswer) -> Turn:
        """An answer that has just come."""
        used = answer.token_usage
        return Turn(
            is_person=False,
            pieces=self._pieces(answer.response, answer.tool_calls, answer.unproved),
            calls=tuple(self._call(it) for it in answer.tool_calls),
            unproved=answer.unproved,
            is_cached=answer.cache_hit,
            tokens=used.input_tokens + used.output_tokens,
        )

    def _pieces(
        self, text: str, calls: Sequence[ToolCall], unproved: Sequence[str]
    ) -> tuple[Piece, ...]:
        return tuple(pieces_of(text, [it.id for it in calls], unproved))

    def _call(self, call: ToolCall) -> Call:
        answer = call.answer
        title = self.titles.get(answer.tool, answer.tool) if answer else ""
        return Call(call.id, card_of(answer, title, self.words) if answer else None, call.error)
