"""The providers of language models over HTTP: each checks what it is sent as the real one does."""
