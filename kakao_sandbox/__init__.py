"""A local stand-in for Kakao: its login (kauth), its API (kapi), and its faults on demand.

It shares nothing with `backend.alerts.channels.kakao`, which sends, so that one checks the other.
"""
