"""Tries of the alert channel, for the person who sets it up."""
