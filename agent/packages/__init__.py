"""Signed packages of the server: fetched, checked, and kept in folders of their own."""
