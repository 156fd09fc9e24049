"""The live gateway: socket.io, with pictures to predictions and events to whoever listens."""
