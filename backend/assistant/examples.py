"""What the routes take and answer, as the API docs show it."""

from typing import Any

QUESTION = {"message": "지난주에 밤에 몇 번 일어나셨어요?"}
BASIS = {
    "table": "person_days",
    "rows": 7,
    "days": 7,
    "since": "2026-11-23",
    "until": "2026-11-29",
    "is_generated": False,
    "data_version": "8c1f4be0",
}
CALL = {
    "id": "1",
    "answer": {
        "tool": "describe",
        "arguments": {"column": "times_up_at_night", "since": "2026-11-23"},
        "basis": BASIS,
        "too_little": None,
        "facts": [{"name": "sum", "value": 9, "unit": None}],
        "grid": None,
        "plot": None,
    },
    "error": None,
}
ANSWER = {
    "response": "지난 7일 동안 밤에 모두 9번 일어나셨어요 [1].",
    "tool_calls": [CALL],
    "token_usage": {"input_tokens": 4210, "output_tokens": 96},
    "cache_hit": False,
    "conversation_id": "9mJ0c2nUo3yYb1kq5sXW4g",
    "unproved": [],
}
SHOWN: dict[str, Any] = {
    "id": "9mJ0c2nUo3yYb1kq5sXW4g",
    "title": "지난주에 밤에 몇 번 일어나셨어요?",
    "table": None,
    "began_at": 1_795_939_200.0,
    "last_at": 1_795_939_212.0,
    "turns": [],
}
TURNS = [
    {
        "role": "person",
        "text": QUESTION["message"],
        "at": 1_795_939_200.0,
        "tool_calls": [],
        "unproved": [],
    },
    {
        "role": "assistant",
        "text": ANSWER["response"],
        "at": 1_795_939_212.0,
        "tool_calls": [CALL],
        "unproved": [],
    },
]
CONVERSATION = SHOWN | {"turns": TURNS}
USAGE = {
    "day": "2026-11-30",
    "messages": 3,
    "messages_a_day": 200,
    "token_usage": {"input_tokens": 12_700, "output_tokens": 310},
    "tokens_a_day": 5_000_000,
}
