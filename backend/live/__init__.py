"""Live, over socket.io: images in and predictions out, and events to those who subscribe."""
