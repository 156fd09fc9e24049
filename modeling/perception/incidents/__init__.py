"""Scores and postures over time to incidents: small state machines, time an argument."""
