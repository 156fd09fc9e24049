"""Looks as they are learnt."""
