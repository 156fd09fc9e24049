"""Figures as tables, and studies as pages that a person can look through without a server."""
