"""Backups of a running server: files by their digests, and a list of each night's."""
