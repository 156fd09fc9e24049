"""Poses to windows, and windows to features."""
