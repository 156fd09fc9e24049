"""Intervals and tests, by the functions of scipy.special alone: they load in a moment."""
