"""A local stand-in for Kakao: its login (kauth), its API (kapi), and its faults on demand.

It shares nothing with the sender in `backend.alerts.kakao`, so that the one checks the other.
"""
