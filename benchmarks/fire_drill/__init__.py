"""The fire drill of docs/fire-drill.md, rehearsed with real parts."""
