"""The record on disk: JSONL files, durable before an event is answered."""
