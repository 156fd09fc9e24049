"""What begins, is notified, is answered and is over: made from START and END."""
