"""Intervals and tests, by the functions of scipy.special only: they load in a moment."""
